"""Figures and their budgets."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Measure:
    """One figure. `budget` says in words what it may be, or is None where it may be anything."""

    name: str
    value: float
    unit: str
    budget: str | None = None
    ok: bool = True


def at_most(name: str, value: float, unit: str, limit: float) -> Measure:
    """A figure that must not be greater."""
    return Measure(name, _short(value), unit, f"≤ {limit:g}", value <= limit)


def at_least(name: str, value: float, unit: str, limit: float) -> Measure:
    """A figure that must not be smaller."""
    return Measure(name, _short(value), unit, f"≥ {limit:g}", value >= limit)


def plain(name: str, value: float, unit: str) -> Measure:
    """A figure for information."""
    return Measure(name, _short(value), unit)


def save(measures: Sequence[Measure], file: Path) -> None:
    """Write them for programs."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps([asdict(each) for each in measures], indent=2) + "\n")


def load(file: Path) -> list[Measure]:
    """Read them back."""
    return [Measure(**each) for each in json.loads(file.read_text())]


def show(measures: Sequence[Measure]) -> None:
    """Print them for people."""
    width = max((len(each.name) for each in measures), default=0)
    for each in measures:
        sign = " " if each.budget is None else "✓" if each.ok else "✗"
        figure = f"{each.value:>12,.6g} {each.unit:<14}"
        sys.stdout.write(
            f"{sign} {each.name:<{width}} {figure} {each.budget or ''}".rstrip() + "\n"
        )
    sys.stdout.flush()


def _short(value: float) -> float:
    """Four digits that count: there are no more in a measurement."""
    return float(f"{value:.4g}") if abs(value) < 1000 else float(round(value))
