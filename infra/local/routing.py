"""Which declared path a request means: a literal segment is preferred to a parameter."""

from dataclasses import dataclass, field
from typing import Generic, TypeVar
from urllib.parse import unquote

T = TypeVar("T")


@dataclass
class Node(Generic[T]):
    """One segment of the declared paths, with what is declared below it."""

    literal: dict[str, "Node[T]"] = field(default_factory=dict)
    parameter: "Node[T] | None" = None
    name: str = ""
    found: T | None = None


@dataclass(frozen=True)
class Match(Generic[T]):
    """What a path means, and its parameters, decoded."""

    found: T
    parameters: dict[str, str]


class Routes(Generic[T]):
    """A tree of paths such as `/v1/users/{user_id}`."""

    def __init__(self) -> None:
        self._root: Node[T] = Node()

    def add(self, path: str, target: T) -> None:
        """Declare a path. API Gateway knows one parameter name at each place; so do we."""
        node = self._root
        for segment in _segments(path):
            if segment.startswith("{"):
                node.parameter = node.parameter or Node(name=segment[1:-1])
                node = node.parameter
                if node.name != segment[1:-1]:
                    raise ValueError(f"{path}: this place is already called {{{node.name}}}")
            else:
                node = node.literal.setdefault(segment, Node())
        node.found = target

    def match(self, path: str) -> Match[T] | None:
        """What a percent-encoded path means, or None."""
        return _search(self._root, _segments(path), {})


def _segments(path: str) -> list[str]:
    return path.strip("/").split("/")


def _search(node: Node[T], segments: list[str], parameters: dict[str, str]) -> Match[T] | None:
    if not segments:
        return None if node.found is None else Match(node.found, parameters)
    first, rest = segments[0], segments[1:]
    child = node.literal.get(first)
    match = _search(child, rest, parameters) if child else None
    if match is None and node.parameter is not None and first:
        named = parameters | {node.parameter.name: unquote(first)}
        match = _search(node.parameter, rest, named)
    return match
