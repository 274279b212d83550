"""Every surface where one member may meet another: how to look for somebody there.

A route, action or event that involves two members has a row of one of these kinds. One that does
not, says why. `test_surfaces` refuses any that has no row here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

from chalicelib.core import ids
from tests.people import Socket, draft, refusal
from tests.safety.situations import Two, liked, matched, passed, strangers

Prepare = Callable[[Two], None]
VARYING = {"x-request-id", "date", "x-amzn-requestid", "x-amz-apigw-id", "x-amzn-trace-id"}


@dataclass(frozen=True)
class Asked:
    """Alice names somebody: `ask(two, user_id)` is what she is told, however it is told."""

    prepare: Prepare
    ask: Callable[[Two, str], Any]


@dataclass(frozen=True)
class Listed:
    """Alice looks at a list: `sees(two)` is what she sees of Bob there, if anything."""

    prepare: Prepare
    sees: Callable[[Two], Any]


@dataclass(frozen=True)
class Told:
    """Devices are told of something.

    cause  Alice does it
    late   whether a reaction tells it, so that something may come between
    """

    prepare: Prepare
    cause: Callable[[Two], Any]
    late: bool


@dataclass(frozen=True)
class Open:
    """It involves somebody else, and works whatever stands between: why that is right."""

    reason: str


@dataclass(frozen=True)
class Alone:
    """It involves one member, or none."""

    reason: str


Row = Asked | Listed | Told | Open | Alone


def conversation(two: Two, other_id: str) -> str:
    return f"cnv_{ids.pair_of(two.alice.user_id, other_id)}"


def message(two: Two, other_id: str) -> str:
    return f"msg_{ids.pair_of(two.alice.user_id, other_id)}_00000001"


def said(answer: httpx.Response) -> Any:
    """Everything that can be told from outside, but for which request it answers."""
    headers = {name: value for name, value in answer.headers.items() if name not in VARYING}
    body = answer.json() if answer.content else None
    return answer.status_code, headers, refusal(body) if isinstance(body, dict) else body


def got(path: str, **query: Any) -> Callable[[Two, str], Any]:
    """What a GET of a conversation of theirs says."""
    return lambda two, other_id: said(
        two.alice.get(path.format(conversation=conversation(two, other_id)), **query)
    )


def posted(path: str, **about: Any) -> Callable[[Two, str], Any]:
    """What a POST that names the other says."""
    return lambda two, other_id: said(two.alice.post(path, {"user_id": other_id} | about))


def sent(two: Two, other_id: str) -> Any:
    path = f"/v1/conversations/{conversation(two, other_id)}/messages"
    fresh = two.alice.post(path, draft(client_id="the-same-for-all"))
    again = two.alice.post(path, draft(client_id="message-of-before"))
    return said(fresh), said(again)


def did(action: str, **about: Any) -> Callable[[Two, str], Any]:
    """What an action in a conversation of theirs replies."""
    return lambda two, other_id: replied(
        two.socket, action, {"conversation_id": conversation(two, other_id)} | about
    )


def replied(socket: Socket, action: str, wanted: dict[str, Any]) -> Any:
    reply = socket.ask(action, wanted)
    return refusal(reply["error"]) if "error" in reply else reply["data"]


def items(two: Two, path: str) -> Any:
    """What tells of Bob in a list where nobody else is: himself, or that there is more to come."""
    listed = two.alice.get(path, limit=1).json()
    return listed["items"] or listed["next_cursor"]


def discovered(two: Two) -> Any:
    """Everybody whom a lap shows; with people or without, it may have empty pages."""
    page = two.alice.get("/v1/discovery").json()
    shown = page["items"]
    while page["next_cursor"]:
        page = two.alice.get("/v1/discovery", cursor=page["next_cursor"]).json()
        shown += page["items"]
    return shown


def synced(two: Two) -> Any:
    known = {"since": {conversation(two, two.bob.user_id): 0}}
    reply = replied(two.socket, "sync", known)
    return reply.get("conversations", reply)


def writes(two: Two) -> None:
    path = f"/v1/conversations/{conversation(two, two.bob.user_id)}/messages"
    two.alice.post(path, draft())


def deletes(two: Two) -> None:
    two.alice.delete(f"/v1/messages/{message(two, two.bob.user_id)}")


def reads(two: Two) -> None:
    here = {"conversation_id": conversation(two, two.bob.user_id)}
    two.socket.ask("message.read", here | {"seq": 2})


def types(two: Two) -> None:
    two.socket.ask("typing.start", {"conversation_id": conversation(two, two.bob.user_id)})


def likes_back(two: Two) -> None:
    two.alice.post("/v1/likes", {"user_id": two.bob.user_id})


def unmatches(two: Two) -> None:
    two.alice.delete(f"/v1/matches/mat_{ids.pair_of(two.alice.user_id, two.bob.user_id)}")


OWN_ACCOUNT = Alone("one's own account and sessions")
OWN_WALLET = Alone("one's own credits")
OWN_PROFILE = Alone("one's own profile")
NO_MEMBER = Alone("it is about Pairly itself")
PROTECTION = Open("protection from somebody must not be in that somebody's hands")
STAFF = Open("staff look after everybody, whatever stands between them and a member")
HERE = "/v1/conversations/{conversation}"

ROUTES: dict[str, Row] = {
    "POST /v1/auth/register": OWN_ACCOUNT,
    "POST /v1/auth/verify-email": OWN_ACCOUNT,
    "POST /v1/auth/login": OWN_ACCOUNT,
    "POST /v1/auth/refresh": OWN_ACCOUNT,
    "POST /v1/auth/logout": OWN_ACCOUNT,
    "GET /v1/auth/sessions": OWN_ACCOUNT,
    "DELETE /v1/auth/sessions/{session_id}": OWN_ACCOUNT,
    "GET /v1/me": OWN_ACCOUNT,
    "PUT /v1/me/prices": OWN_WALLET,
    "POST /v1/realtime/tickets": OWN_ACCOUNT,
    "GET /v1/wallet": OWN_WALLET,
    "GET /v1/wallet/entries": OWN_WALLET,
    "GET /v1/wallet/prices": OWN_WALLET,
    "POST /v1/blocks": PROTECTION,
    "GET /v1/blocks": PROTECTION,
    "DELETE /v1/blocks/{user_id}": PROTECTION,
    "POST /v1/reports": PROTECTION,
    "POST /v1/likes": Asked(strangers, posted("/v1/likes")),
    "GET /v1/likes": Listed(
        liked, lambda two: two.alice.get("/v1/likes").json()["count"] or items(two, "/v1/likes")
    ),
    "POST /v1/likes/unlock": Alone("it shows nobody; the list that it unlocks has its own row"),
    "POST /v1/passes": Asked(strangers, posted("/v1/passes")),
    "POST /v1/rewind": Listed(
        passed, lambda two: two.alice.post("/v1/rewind").json().get("user_id")
    ),
    "GET /v1/matches": Listed(matched, lambda two: items(two, "/v1/matches")),
    "DELETE /v1/matches/{match_id}": Asked(
        matched,
        lambda two, other_id: said(
            two.alice.delete(f"/v1/matches/mat_{ids.pair_of(two.alice.user_id, other_id)}")
        ),
    ),
    "GET /v1/conversations": Listed(matched, lambda two: items(two, "/v1/conversations")),
    "GET /v1/conversations/{conversation_id}": Asked(matched, got(HERE)),
    "GET /v1/conversations/{conversation_id}/messages": Asked(matched, got(f"{HERE}/messages")),
    "POST /v1/conversations/{conversation_id}/messages": Asked(matched, sent),
    "GET /v1/conversations/{conversation_id}/quote": Asked(matched, got(f"{HERE}/quote")),
    "DELETE /v1/messages/{message_id}": Asked(
        matched,
        lambda two, other_id: said(two.alice.delete(f"/v1/messages/{message(two, other_id)}")),
    ),
    "GET /v1/health/live": NO_MEMBER,
    "GET /v1/health/ready": NO_MEMBER,
    "GET /v1/openapi.json": NO_MEMBER,
    "GET /v1/asyncapi.json": NO_MEMBER,
    "GET /v1/docs": NO_MEMBER,
    "GET /v1/me/profile": OWN_PROFILE,
    "PATCH /v1/me/profile": OWN_PROFILE,
    "GET /v1/me/preferences": OWN_PROFILE,
    "PATCH /v1/me/preferences": OWN_PROFILE,
    "POST /v1/me/photos": OWN_PROFILE,
    "DELETE /v1/me/photos/{photo_id}": OWN_PROFILE,
    "PUT /v1/me/photos/order": OWN_PROFILE,
    "GET /v1/profiles/{user_id}": Asked(
        strangers, lambda two, other_id: said(two.alice.get(f"/v1/profiles/{other_id}"))
    ),
    "GET /v1/admin/held": STAFF,
    "POST /v1/admin/held/{user_id}": STAFF,
    "GET /v1/discovery": Listed(strangers, discovered),
}

ACTIONS: dict[str, Row] = {
    "message.send": Asked(
        matched,
        lambda two, other_id: replied(
            two.socket,
            "message.send",
            draft(client_id="the-same-for-all") | {"conversation_id": conversation(two, other_id)},
        ),
    ),
    "message.delivered": Asked(matched, did("message.delivered", seq=2)),
    "message.read": Asked(matched, did("message.read", seq=2)),
    "message.delete": Asked(
        matched,
        lambda two, other_id: replied(
            two.socket, "message.delete", {"message_id": message(two, other_id)}
        ),
    ),
    "typing.start": Asked(matched, did("typing.start")),
    "typing.stop": Asked(matched, did("typing.stop")),
    "sync": Listed(matched, synced),
}

EVENTS: dict[str, Row] = {
    "hello": Alone("a device's own socket"),
    "wallet.updated": OWN_WALLET,
    "conversation.updated": Alone("one's own badge, on one's own devices"),
    "match.created": Told(liked, likes_back, late=True),
    "match.ended": Told(matched, unmatches, late=False),
    "message.created": Told(matched, writes, late=True),
    "message.deleted": Told(matched, deletes, late=True),
    "receipt.updated": Told(matched, reads, late=False),
    "typing.updated": Told(matched, types, late=False),
}
