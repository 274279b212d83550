"""A door's signature is its schema: what a view asks for, read once from its annotations.

caller: Caller      the authenticated member
wanted: SendMessage a struct of the request's body, its query, or a frame's data
request: Request    where it came from
anything else       a part of the path, by name
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, get_type_hints

import msgspec

from chalicelib.core.access import Caller
from chalicelib.core.schema import In


@dataclass(frozen=True, kw_only=True)
class Request:
    """Where a request came from. `connection_id` is empty over HTTP, the other two over a socket.

    address          the client's network address
    agent            what the client calls itself
    idempotency_key  the client's key for this creation, where it sent one
    """

    request_id: str
    address: str = ""
    agent: str = ""
    idempotency_key: str | None = None
    connection_id: str = ""


@dataclass(frozen=True)
class Signature:
    """The names under which a view wants each thing, and what it returns."""

    caller: str | None = None
    request: str | None = None
    struct: str | None = None
    struct_type: type[Any] | None = None
    path: dict[str, Any] = field(default_factory=dict)
    returns: Any = None


def signature_of(view: Callable[..., Any]) -> Signature:
    """Read a view's annotations; each parameter must have one."""
    hints = get_type_hints(view, include_extras=True)
    caller = request = struct = None
    struct_type: type[Any] | None = None
    path: dict[str, Any] = {}
    for name in inspect.signature(view).parameters:
        wanted = hints[name]
        if wanted is Caller:
            caller = name
        elif wanted is Request:
            request = name
        elif inspect.isclass(wanted) and issubclass(wanted, In):
            struct, struct_type = name, wanted
        else:
            path[name] = wanted
    return Signature(caller, request, struct, struct_type, path, hints.get("return"))


def encode(answer: Any) -> str:
    """JSON text of what a view returned."""
    return msgspec.json.encode(answer).decode()
