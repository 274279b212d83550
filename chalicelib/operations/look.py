"""How the page of documents looks, in light and in dark, and the one thing it does by itself."""

STYLE = """\
:root {
  color-scheme: light dark;
  --ground: #fbfaf8; --sheet: #fff; --ink: #1d1b20; --quiet: #6a6570; --line: #e6e2dd;
  --tint: #f4f1ec; --accent: #b3214f; --get: #1f6f4a; --post: #2456a6; --put: #8a5a00;
  --delete: #b0301c; --event: #6b3fa0;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #141216; --sheet: #1b191e; --ink: #ebe7ee; --quiet: #a09aa8; --line: #322e37;
    --tint: #242129; --accent: #ff7aa2; --get: #6fd3a2; --post: #8cb8ff; --put: #f0b95a;
    --delete: #ff8f7d; --event: #c7a3f5;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body {
  margin: 0; display: grid; grid-template-columns: 19rem minmax(0, 1fr);
  background: var(--ground); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
a { color: var(--accent); text-decoration: none; }
a:hover { text-decoration: underline; }
code, .path, .address { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
code { font-size: .86em; background: var(--tint); padding: .1em .35em; border-radius: 4px; }
nav {
  position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 1.5rem 1.25rem 3rem;
  border-right: 1px solid var(--line); font-size: .875rem;
}
nav .name { font-size: 1.25rem; font-weight: 700; color: var(--ink); }
nav .name i { color: var(--accent); font-style: normal; }
nav h2 { margin: 1.4rem 0 .3rem; font-size: .75rem; text-transform: uppercase;
  letter-spacing: .07em; }
nav h2 a { color: var(--quiet); }
nav ul { list-style: none; margin: 0; padding: 0; }
nav li a {
  display: flex; gap: .55rem; align-items: baseline; padding: .17rem 0; color: var(--ink);
}
nav li .address { overflow: hidden; text-overflow: ellipsis; white-space: nowrap;
  font-size: .78rem; }
nav .verb { flex: none; width: 3.1rem; font-size: .64rem; text-align: right; }
input {
  width: 100%; margin-top: 1rem; padding: .5rem .7rem; font: inherit; color: inherit;
  background: var(--sheet); border: 1px solid var(--line); border-radius: 8px;
}
input:focus-visible, a:focus-visible, summary:focus-visible {
  outline: 2px solid var(--accent); outline-offset: 2px;
}
main { max-width: 62rem; padding: 2.5rem 3rem 8rem; }
h1 { margin: 0; font-size: 2.1rem; letter-spacing: -.02em; }
main section { margin-top: 3.5rem; }
main section > h2 { margin: 0; font-size: 1.5rem; text-transform: capitalize; }
.lead, .quiet { color: var(--quiet); }
.lead { margin: .2rem 0 0; }
.quiet { margin: .2rem 0 .5rem; font-size: .9rem; }
.facts { display: flex; flex-wrap: wrap; gap: .4rem 1.6rem; margin: 1.2rem 0; padding: 0; }
.facts div { display: flex; gap: .5rem; }
.facts dt { color: var(--quiet); }
.facts dd { margin: 0; }
article {
  margin-top: 1.4rem; padding: 1.2rem 1.5rem 1rem; background: var(--sheet);
  border: 1px solid var(--line); border-radius: 12px;
}
article:target { border-color: var(--accent); box-shadow: 0 0 0 1px var(--accent); }
article h3 {
  display: flex; flex-wrap: wrap; gap: .7rem; align-items: baseline; margin: 0;
  font-size: 1.02rem;
}
article h3 .address { color: var(--ink); font-weight: 600; overflow-wrap: anywhere; }
article h4 { margin: 1.3rem 0 .2rem; font-size: .95rem; }
article > p { margin: .5rem 0; }
.verb {
  font-size: .74rem; font-weight: 700; letter-spacing: .05em; text-transform: uppercase;
  color: var(--quiet);
}
.verb.get { color: var(--get); } .verb.post, .verb.send { color: var(--post); }
.verb.put, .verb.patch { color: var(--put); } .verb.delete { color: var(--delete); }
.verb.event { color: var(--event); }
.chips { display: flex; flex-wrap: wrap; gap: .4rem; margin: .6rem 0; }
.chip {
  padding: .08rem .6rem; font-size: .78rem; color: var(--quiet); border: 1px solid var(--line);
  border-radius: 99px;
}
.wide { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: .875rem; }
th { text-align: left; font-weight: 500; color: var(--quiet); font-size: .78rem; }
th, td { padding: .38rem 1rem .38rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top; }
tbody tr:last-child td { border-bottom: 0; }
td code { background: none; padding: 0; font-size: .82rem; }
.fields { table-layout: fixed; min-width: 34rem; }
.fields th:first-child { width: 38%; } .fields th:nth-child(2):not(:last-child) { width: 24%; }
.fields td { overflow-wrap: anywhere; }
.refusals th:first-child { width: 4rem; }
.refusals th:nth-child(2) { width: 14rem; }
.path { color: var(--quiet); }
.rule { display: block; color: var(--quiet); }
.optional { display: block; color: var(--quiet); font-size: .78rem; }
details { margin-top: 1rem; border-top: 1px solid var(--line); padding-top: .6rem; }
summary { cursor: pointer; font-size: .875rem; color: var(--quiet); }
summary code { margin-left: .3rem; color: var(--ink); overflow-wrap: anywhere; }
.status { font-variant-numeric: tabular-nums; }
pre { margin: .6rem 0; padding: .9rem 1.1rem; overflow-x: auto; background: var(--tint);
  border-radius: 8px; font-size: .82rem; line-height: 1.5; }
pre code { background: none; padding: 0; }
[hidden] { display: none !important; }
@media (max-width: 60rem) {
  body { display: block; }
  nav { position: static; height: auto; border-right: 0; border-bottom: 1px solid var(--line); }
  nav ul, nav h2 { display: none; }
  main { padding: 1.5rem 1rem 5rem; }
  article { padding: 1rem; }
}
@media print { nav { display: none; } body { display: block; } }
"""

SCRIPT = """\
const find = document.querySelector("input");
find.hidden = false;
find.addEventListener("input", () => {
  const words = find.value.toLowerCase().split(/\\s+/).filter(Boolean);
  const shown = (part) => words.every((word) => part.textContent.toLowerCase().includes(word));
  for (const part of document.querySelectorAll("article")) {
    part.hidden = !shown(part);
    document.querySelector(`nav a[href="#${part.id}"]`).parentNode.hidden = part.hidden;
  }
  for (const part of document.querySelectorAll("section[data-feature]"))
    part.hidden = !part.querySelector("article:not([hidden])");
});
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && event.target !== find) { event.preventDefault(); find.focus(); }
});
"""
