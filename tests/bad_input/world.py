"""The people whom bad requests are sent by and aimed at, and a valid request for every door.

A new route or action needs an entry in EXAMPLES, and nothing else.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests import people
from tests.people import Member

ULID = "0" * 26


@dataclass
class World:
    """Alice sends; she talks to Bob. Carol and Dave talk to each other and know neither.

    At the doors of staff it is an admin who sends.
    """

    stack: Any
    alice: Member
    bob: Member
    carol: Member
    dave: Member
    admin: Member
    conversation: str
    strangers: str
    mine: str
    theirs: str
    strangers_message: str
    signed_in: float

    def fresh(self) -> None:
        """Let nobody's token run out, however far the clock was moved."""
        if self.stack.clock() - self.signed_in > 300:
            for member in (self.alice, self.bob, self.carol, self.dave, self.admin):
                member.come_back()
            self.signed_in = self.stack.clock()

    def registration(self) -> dict[str, str]:
        """A registration that waits for its code."""
        email = f"joining.{next(people._numbers)}@example.com"
        wanted = {"email": email, "password": people.PASSWORD, "birthdate": "1990-01-01"}
        with people.client(self.stack) as http:
            asked = http.post("/v1/auth/register", json=wanted).json()
        return {
            "registration_id": asked["registration_id"],
            "code": people.mailed_code(self.stack, email),
        }

    def cursor(self, path: str, of: Member | None = None) -> str:
        """A cursor of one of Alice's lists, of which there must be more than one item."""
        cursor = (of or self.alice).get(path, limit=1).json()["next_cursor"]
        assert cursor, f"{path} has only one page"
        return str(cursor)


@dataclass(frozen=True)
class Example:
    """A request that is accepted.

    sent     the body, the query, or the frame's data
    spare    good values for fields that cannot stand beside those
    path     the parts of the path
    foreign  what is answered where an id is another's: 404 unless the door says nothing at all
    """

    sent: dict[str, Any] = field(default_factory=dict)
    spare: dict[str, Any] = field(default_factory=dict)
    path: dict[str, str] = field(default_factory=dict)
    foreign: int = 404


def begin(stack: Any) -> World:
    """Let them meet."""
    from chalicelib.wallet.service.grants import grant  # it reads the environment when imported

    alice, bob, carol, dave, admin = (
        people.join(stack, name) for name in ("alice", "bob", "carol", "dave", "admin")
    )
    people.appoint(admin, "admin")
    conversation, strangers = people.match(alice, bob), people.match(carol, dave)
    mine = [people.say(alice, conversation, f"mine {n}") for n in range(5)]
    theirs = people.say(bob, conversation, "theirs")
    secret = people.say(carol, strangers, "a stranger's secret")
    for _ in range(2):
        fan = people.join(stack, "fan")
        people.match(alice, fan)
        lover = people.join(stack, "lover")
        lover.post("/v1/likes", {"user_id": alice.user_id})
        fan.hang_up()
        lover.hang_up()
    grant(alice.user_id, reason="test", credits=10_000, days=3650)
    stack.settle()
    return World(
        stack,
        alice,
        bob,
        carol,
        dave,
        admin,
        conversation,
        strangers,
        mine[0]["message_id"],
        theirs["message_id"],
        secret["message_id"],
        stack.clock(),
    )


def _join(_: World) -> Example:
    email = f"new.{next(people._numbers)}@example.com"
    return Example({"email": email, "password": people.PASSWORD, "birthdate": "1990-01-01"})


def _log_in(world: World) -> Example:
    return Example({"email": world.bob.email, "password": people.PASSWORD})


def _refresh(world: World) -> Example:
    somebody = people.join(world.stack, "somebody")
    somebody.hang_up()
    return Example({"refresh_token": somebody.refresh_token})


def _end_session(_: World) -> Example:
    return Example(path={"session_id": f"ses_{ULID}"}, foreign=204)


def _listed(path: str) -> "Make":
    return lambda world: Example({"limit": 1, "cursor": world.cursor(path)})


def _history(world: World) -> Example:
    path = f"/v1/conversations/{world.conversation}/messages"
    return Example(
        {"limit": 1, "cursor": world.cursor(path)},
        spare={"before": 2, "since": 1},
        path={"conversation_id": world.conversation},
    )


def _here(world: World) -> Example:
    return Example(path={"conversation_id": world.conversation})


def _draft(world: World) -> dict[str, Any]:
    quote = world.alice.get(f"/v1/conversations/{world.conversation}/quote").json()
    wanted = people.draft("a good message", quoted=quote["credits"])
    return wanted | {"expires_at": "2999-01-01T00:00:00Z"}


def _post(world: World) -> Example:
    return Example(_draft(world), path={"conversation_id": world.conversation})


def _receipt(**about: Any) -> "Make":
    return lambda world: Example({"conversation_id": world.conversation, "seq": 1} | about)


def _sync(world: World) -> Example:
    spare = {"cursor": "A" * 40, "synced_at": "2026-01-01T00:00:00Z"}
    return Example({"since": {world.conversation: 1}}, spare=spare)


def _blocked(world: World) -> Example:
    for _ in range(2):
        nuisance = people.join(world.stack, "nuisance")
        nuisance.hang_up()
        world.alice.post("/v1/blocks", {"user_id": nuisance.user_id})
    return _listed("/v1/blocks")(world)


def _report(world: World) -> Example:
    about = {"user_id": world.bob.user_id, "message_id": world.theirs}
    spare = {"photo_id": f"pho_{ULID}"}
    return Example(about | {"reason": "scam", "note": "wants money"}, spare=spare)


def _received(world: World) -> Example:
    world.alice.post("/v1/likes/unlock", {"quoted_credits": 30})
    return _listed("/v1/likes")(world)


def _pass(world: World) -> Example:
    somebody = people.join(world.stack, "somebody")
    somebody.hang_up()
    return Example({"user_id": somebody.user_id})


def _rewind(world: World) -> Example:
    world.alice.post("/v1/passes", _pass(world).sent)
    return Example()


def _unmatch(world: World) -> Example:
    admirer = people.join(world.stack, "admirer")
    match_id = people.match(world.alice, admirer).replace("cnv_", "mat_")
    admirer.hang_up()
    return Example(path={"match_id": match_id})


def _prices(_: World) -> Example:
    return Example({"message_credits": 7, "call_minute_credits": 9})


def _nothing(_: World) -> Example:
    return Example()


def _discovery(world: World) -> Example:
    from tests.matching.discovery import world as discovery  # it imports the app

    town = discovery.fresh_town()
    for member in (world.alice, world.carol, world.dave):
        discovery.dress(member, town)
    return Example({"limit": 1, "cursor": world.cursor("/v1/discovery")})


PROFILE: dict[str, Any] = {
    "display_name": "Alice",
    "gender": "woman",
    "seeks": ["man"],
    "intent": "dating",
    "bio": "I make bread.",
    "prompts": [{"prompt": "best_trip_ever", "answer": "To Oslo."}],
    "languages": ["en"],
    "interests": ["baking"],
    "place": {"latitude": 52.5, "longitude": 13.4},
    "visibility": "visible",
}
WISHES: dict[str, Any] = {
    "ages_min": 20,
    "ages_max": 50,
    "intents": ["dating"],
    "languages": ["en"],
    "distance_km": 30,
}


def _seen(world: World) -> Example:
    told = world.carol.patch("/v1/me/profile", PROFILE)
    assert told.status_code == 200, told.text
    return Example(path={"user_id": world.carol.user_id})


def _photo(world: World) -> str:
    """One that is announced, and room for another."""
    for photo in world.alice.get("/v1/me/profile").json()["photos"]:
        world.alice.delete(f"/v1/me/photos/{photo['photo_id']}")
    announced = world.alice.post("/v1/me/photos", {"content_type": "image/png"})
    return str(announced.json()["photo"]["photo_id"])


def _announced(world: World) -> Example:
    _photo(world)
    return Example({"content_type": "image/jpeg"})


def _holding(world: World) -> dict[str, Any]:
    """What staff see of somebody whose bio waits."""
    somebody = people.join(world.stack, "somebody")
    told = somebody.patch("/v1/me/profile", {"bio": "More at www.bread-by-somebody"})
    assert told.json()["held"], told.text
    somebody.hang_up()
    held: list[dict[str, Any]] = world.admin.get("/v1/admin/held", limit=100).json()["items"]
    return next(each for each in held if each["user_id"] == somebody.user_id)


def _held(world: World) -> Example:
    for _ in range(2):
        _holding(world)
    return Example({"limit": 1, "cursor": world.cursor("/v1/admin/held", world.admin)})


def _decided(world: World) -> Example:
    seen = _holding(world)
    spare = {"photos": [{"photo_id": f"pho_{ULID}", "verdict": "show"}]}
    return Example(
        {"version": seen["version"], "texts": "show"},
        spare=spare,
        path={"user_id": seen["user_id"]},
    )


Make = Callable[[World], Example]

EXAMPLES: dict[str, Make] = {
    "POST /v1/auth/register": _join,
    "POST /v1/auth/verify-email": lambda world: Example(world.registration()),
    "POST /v1/auth/login": _log_in,
    "POST /v1/auth/refresh": _refresh,
    "POST /v1/auth/logout": _nothing,
    "GET /v1/auth/sessions": _listed("/v1/auth/sessions"),
    "DELETE /v1/auth/sessions/{session_id}": _end_session,
    "GET /v1/me": _nothing,
    "PUT /v1/me/prices": _prices,
    "POST /v1/realtime/tickets": _nothing,
    "GET /v1/wallet": _nothing,
    "GET /v1/wallet/entries": _listed("/v1/wallet/entries"),
    "GET /v1/wallet/prices": _nothing,
    "POST /v1/likes": lambda world: Example(
        {"user_id": world.carol.user_id, "super": False, "quoted_credits": 0}
    ),
    "POST /v1/likes/unlock": lambda _: Example({"quoted_credits": 30}),
    "POST /v1/passes": _pass,
    "POST /v1/rewind": _rewind,
    "DELETE /v1/matches/{match_id}": _unmatch,
    "GET /v1/likes": _received,
    "GET /v1/matches": _listed("/v1/matches"),
    "GET /v1/discovery": _discovery,
    "GET /v1/me/profile": _nothing,
    "PATCH /v1/me/profile": lambda _: Example(PROFILE),
    "POST /v1/me/photos": _announced,
    "PUT /v1/me/photos/order": lambda world: Example({"photo_ids": [_photo(world)]}),
    "DELETE /v1/me/photos/{photo_id}": lambda world: Example(
        path={"photo_id": _photo(world)}, foreign=204
    ),
    "GET /v1/me/preferences": _nothing,
    "PATCH /v1/me/preferences": lambda _: Example(WISHES),
    "GET /v1/profiles/{user_id}": _seen,
    "GET /v1/admin/held": _held,
    "POST /v1/admin/held/{user_id}": _decided,
    "GET /v1/conversations": _listed("/v1/conversations"),
    "GET /v1/conversations/{conversation_id}": _here,
    "GET /v1/conversations/{conversation_id}/messages": _history,
    "POST /v1/conversations/{conversation_id}/messages": _post,
    "GET /v1/conversations/{conversation_id}/quote": _here,
    "DELETE /v1/messages/{message_id}": lambda world: Example(path={"message_id": world.mine}),
    "POST /v1/blocks": lambda world: Example({"user_id": world.dave.user_id}),
    "GET /v1/blocks": _blocked,
    "DELETE /v1/blocks/{user_id}": lambda world: Example(
        path={"user_id": world.dave.user_id}, foreign=204
    ),
    "POST /v1/reports": _report,
    "GET /v1/health/live": _nothing,
    "GET /v1/health/ready": _nothing,
    "GET /v1/openapi.json": _nothing,
    "GET /v1/asyncapi.json": _nothing,
    "GET /v1/docs": _nothing,
    "message.send": lambda world: Example(_draft(world) | {"conversation_id": world.conversation}),
    "message.delivered": _receipt(),
    "message.read": _receipt(private=True),
    "message.delete": lambda world: Example({"message_id": world.mine}),
    "typing.start": lambda world: Example({"conversation_id": world.conversation}),
    "typing.stop": lambda world: Example({"conversation_id": world.conversation}),
    "sync": _sync,
}
