"""The source itself: sizes, directions of import, and the only places of time and chance."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINES_MAX = 300
FUNCTION_LINES_MAX = 40
SEAMS = {"chalicelib/core/clock.py", "chalicelib/core/ids.py"}
CHANCE = {"random", "secrets", "uuid"}
NOW = {"now", "utcnow", "today", "time", "time_ns", "monotonic", "sleep", "urandom"}
SOURCES = {"datetime", "date", "time", "os"}


def files(*folders: str) -> Iterator[tuple[str, str]]:
    """Each source file below these, with its text."""
    for folder in folders:
        top = ROOT / folder
        for path in sorted(top.rglob("*.py")) if top.is_dir() else [top]:
            yield str(path.relative_to(ROOT)), path.read_text()


def nodes(*folders: str) -> Iterator[tuple[str, ast.AST]]:
    """Everything that their syntax is made of."""
    for name, text in files(*folders):
        for node in ast.walk(ast.parse(text)):
            yield name, node


def test_no_file_is_longer_than_a_person_reads() -> None:
    lengths = {name: text.count("\n") for name, text in files("app.py", "chalicelib", "infra")}

    assert {name: lines for name, lines in lengths.items() if lines > LINES_MAX} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{name}:{node.lineno} {node.name}"
        for name, node in nodes("app.py", "chalicelib", "infra")
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > FUNCTION_LINES_MAX
    ]
    assert long == []


def test_features_import_only_in_the_directions_agreed_on() -> None:
    lint = Path(sys.executable).with_name("lint-imports")

    said = subprocess.run(
        [lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert said.returncode == 0, said.stdout


def test_nothing_deployed_reads_a_whole_table() -> None:
    scans = [
        f"{name}:{node.lineno}"
        for name, node in nodes("app.py", "chalicelib")
        if (isinstance(node, ast.Attribute) and "scan" in node.attr.lower())
        or (isinstance(node, ast.Constant) and node.value == "Scan")
    ]
    assert scans == []


def test_time_and_chance_have_one_source_each() -> None:
    used = []
    for name, node in nodes("app.py", "chalicelib"):
        if name in SEAMS:
            continue
        if isinstance(node, ast.Import):
            used += [
                f"{name}: {each.name}" for each in node.names if each.name in CHANCE | {"time"}
            ]
        if isinstance(node, ast.ImportFrom) and node.module in CHANCE | {"time"}:
            used.append(f"{name}: {node.module}")
        if isinstance(node, ast.Attribute) and node.attr in NOW:
            owner = node.value.id if isinstance(node.value, ast.Name) else ""
            if owner in SOURCES:
                used.append(f"{name}:{node.lineno} {owner}.{node.attr}")
    assert used == []


def test_only_settings_read_the_environment() -> None:
    used = [
        f"{name}:{node.lineno}"
        for name, node in nodes("app.py", "chalicelib")
        if isinstance(node, ast.Attribute)
        and node.attr in {"environ", "getenv"}
        and name != "chalicelib/core/settings.py"
    ]
    assert used == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        name
        for name, text in files("app.py", "chalicelib", "infra")
        if text.strip() and not ast.get_docstring(ast.parse(text))
    ]
    assert silent == []
