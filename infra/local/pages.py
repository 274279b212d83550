"""Pages for people, and the stack's own controls.

GET  /                    what runs here, and where
GET  /outbox              mail, newest first
GET  /_local/outbox       the same, as JSON
GET  /_local/failures     records and events that handlers gave up on
GET  /_local/queues       how full each queue is, and its dead letters
POST /_local/queues       {"replay": queue}: put its dead letters back
GET  /_local/clock        {"now", "rate"}
POST /_local/clock        {"advance_seconds": n} or {"rate": n}
"""

import html
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from infra.local import asgi
from infra.local.asgi import Answer
from infra.local.clock import StackClock
from infra.local.mail import OUTBOX, Mail
from infra.local.queues import DEAD, Queues
from infra.local.state import State
from infra.local.streams import FAILURES

BODY_BYTES_MAX = 4096
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>{title}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 48rem; margin: 2rem auto }}
article {{ border: 1px solid #ccc; border-radius: 6px; padding: 1rem; margin: 1rem 0 }}
h2 {{ font-size: 1rem; margin: 0 }} small {{ color: #666 }}
pre {{ white-space: pre-wrap; font: inherit }}
iframe {{ width: 100%; border: 0; min-height: 20rem }}
dt {{ font-weight: 600 }} dd {{ margin: 0 0 .5rem }}
</style><h1>{title}</h1>{content}</html>"""

Page = Callable[[dict[str, Any]], Answer]


class Pages:
    """Everything the stack says about itself. `links` are what the home page points to."""

    def __init__(
        self, state: State, queues: Queues, clock: StackClock, links: Mapping[str, str]
    ) -> None:
        self._state = state
        self._queues = queues
        self._clock = clock
        self._links = links
        self._pages: dict[str, dict[str, Page]] = {
            "/": {"GET": self._home},
            "/outbox": {"GET": self._outbox_page},
            "/_local/outbox": {"GET": self._outbox},
            "/_local/failures": {"GET": self._failures},
            "/_local/queues": {"GET": self._queues_now, "POST": self._replay},
            "/_local/clock": {"GET": self._clock_now, "POST": self._set_clock},
        }

    def has(self, path: str) -> bool:
        """Whether this is the address of a page."""
        return path in self._pages

    async def __call__(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        page = self._pages[scope["path"]].get(scope["method"])
        try:
            body = await asgi.read_body(receive, BODY_BYTES_MAX)
            answer = page(json.loads(body or b"{}")) if page else _json({}, 405)
        except (asgi.BodyTooLarge, ValueError, TypeError, LookupError) as failure:
            answer = _json({"error": str(failure)}, 400)
        await answer.send(send)

    def _home(self, _: dict[str, Any]) -> Answer:
        items = "".join(
            f"<dt>{html.escape(label)}</dt><dd>{_link(address)}</dd>"
            for label, address in self._links.items()
        )
        return _page("Pairly, on this machine", f"<dl>{items}</dl>")

    def _outbox_page(self, _: dict[str, Any]) -> Answer:
        mails = self._state.entries(OUTBOX)
        return _page("Outbox", "".join(map(_article, mails)) or "<p>No mail yet.</p>")

    def _outbox(self, _: dict[str, Any]) -> Answer:
        mails = self._state.entries(OUTBOX)
        return _json([mail | {"sent_at": _instant(mail["sent_at"])} for mail in mails])

    def _failures(self, _: dict[str, Any]) -> Answer:
        return _json(self._state.entries(FAILURES))

    def _queues_now(self, _: dict[str, Any]) -> Answer:
        live = [name for name in self._queues.names if not name.endswith(DEAD)]
        return _json(
            {
                name: asdict(self._queues.depth(name)) | {"dead": self._queues.dead(name)}
                for name in live
            }
        )

    def _replay(self, asked: dict[str, Any]) -> Answer:
        return _json({"replayed": self._queues.replay(asked["replay"])})

    def _clock_now(self, _: dict[str, Any]) -> Answer:
        return _json({"now": _instant(self._clock()), "rate": self._clock.rate})

    def _set_clock(self, asked: dict[str, Any]) -> Answer:
        if "rate" in asked:
            self._clock.set_rate(float(asked["rate"]))
        if "advance_seconds" in asked:
            self._clock.advance(float(asked["advance_seconds"]))
        return self._clock_now({})


def _article(mail: Mail) -> str:
    to = html.escape(", ".join(mail["to"]))
    body = f"<pre>{html.escape(mail['text'])}</pre>" if mail["text"] else ""
    if mail["html"]:
        body += f'<iframe sandbox srcdoc="{html.escape(mail["html"])}"></iframe>'
    about = f"<small>to {to}, {_instant(mail['sent_at'])}</small>"
    return f"<article><h2>{html.escape(mail['subject'])}</h2>{about}{body}</article>"


def _link(address: str) -> str:
    shown = html.escape(address)
    return f'<a href="{shown}">{shown}</a>' if address.startswith("http") else shown


def _instant(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


def _page(title: str, content: str) -> Answer:
    text = PAGE.format(title=title, content=content).encode()
    return Answer(200, text, [("content-type", "text/html; charset=utf-8")])


def _json(value: Any, status: int = 200) -> Answer:
    return Answer(status, json.dumps(value).encode(), [("content-type", "application/json")])
