"""The operations that are measured: carried out through their doors, in the order of a story."""

from collections.abc import Callable
from functools import partial
from typing import Any

from infra.bench.world import FREE_MESSAGES, World, draft
from infra.demo.devices import Device
from infra.demo.wires import Wire
from infra.metering import Call, Meter, Total, total

Functions = dict[str, str]
"""What to measure of an act: names → functions, or `function:Operation` for some of its calls."""

REACTIONS: Functions = {
    "inbox rows of both moved": "messaging-inbox",
    "message told to both": "messaging-announce",
    "balance told": "wallet-announce",
}
PROFILE = {
    "display_name": "Alice",
    "gender": "woman",
    "seeks": ["man"],
    "intent": "dating",
    "bio": "a" * 500,
    "languages": ["de", "en"],
    "interests": ["tea", "opera", "yoga"],
}


class Walk:
    """Two members walking through everything that is measured. Time passes between two acts."""

    def __init__(self, world: World, meter: Meter, size: int) -> None:
        self.costs: dict[str, Total] = {}
        self.scans = 0
        self._world = world
        self._meter = meter
        self._size = size
        self._name = f"alice{size}"
        self._numbers = iter(range(size + 1, size + 1000))

    def meet(self) -> None:
        """Two members join and like each other; there is no past yet."""
        registering = {"register": "accounts-register", "verify": "accounts-verify-email"}
        welcoming = {"sign-up credits": "wallet-welcome"}
        self.alice: Device = self._cost(
            registering | welcoming, lambda: self._world.join(self._name)
        )
        self.bob = self._world.join(f"bob{self._size}")
        self._cost({"like": "matching-like"}, lambda: _like(self.alice, self.bob))
        liked = self._cost({"match": "matching-like"}, lambda: _like(self.bob, self.alice))
        self.conversation_id: str = liked["conversation_id"]

    def go(self) -> None:
        """Everything that is done once there is a past."""
        self._sign_in()
        self._decide()
        self._tell()
        self._read()
        self._connect()
        phone, other = self._world.connect(self.alice), self._world.connect(self.bob)
        self._talk(phone)
        self._answer(other)
        self._protect()
        phone.close()
        other.close()

    def _decide(self) -> None:
        """What may become of a card: a super like, a match that ends, a pass that is taken back."""
        carol, dave, erin = (
            self._world.join(f"{name}{self._size}") for name in ("carol", "dave", "erin")
        )
        wanted = {"user_id": dave.user_id, "super": True, "quoted_credits": 10}
        self._cost({"super like": "matching-like"}, lambda: carol.post("/v1/likes", wanted))
        match_id = _like(dave, carol)["match_id"]
        self._cost(
            {"unmatch": "matching-unmatch"},
            lambda: carol.call("DELETE", f"/v1/matches/{match_id}", status=204),
        )
        passed = {"user_id": erin.user_id}
        self._cost({"pass": "matching-pass-on"}, lambda: carol.post("/v1/passes", passed))
        self._cost({"rewind": "matching-rewind"}, lambda: carol.post("/v1/rewind", status=200))

    def _tell(self) -> None:
        """A profile that begins, changes and moves, and what is seen of it."""
        profile, wishes = "/v1/me/profile", "/v1/me/preferences"
        here = {"latitude": 10.0 * len(str(self._size)), "longitude": 10.0}
        there = here | {"longitude": 20.0}
        changing = {profile: "profiles-change", wishes: "profiles-change-preferences"}
        for name, path, change in (
            ("profile begun", profile, PROFILE | {"place": here}),
            ("profile changed", profile, {"intent": "friends"}),
            ("text of a profile changed", profile, {"bio": "b" * 500}),
            ("profile moved", profile, {"place": there}),
            ("wishes changed", wishes, {"ages_max": 50}),
        ):
            act = partial(self.alice.call, "PATCH", path, json=change)
            self._cost({name: changing[path]}, act)
        self._get({"own profile": "profiles-own"}, profile)
        shown = f"/v1/profiles/{self.alice.user_id}"
        self._cost({"profile of another": "profiles-show"}, lambda: self.bob.get(shown))

    def _protect(self) -> None:
        """A report of somebody and of what they wrote, a repetition of it, a block and its end."""
        alice_id, report = self.alice.user_id, {"report": "reporting-report"}
        complaint = {"user_id": alice_id, "reason": "scam", "note": "n" * 200}
        subject = {"message_id": self.message_id}
        self._cost(report, lambda: self.bob.post("/v1/reports", complaint))
        self._cost(
            {"report of a message": "reporting-report"},
            lambda: self.bob.post("/v1/reports", complaint | subject),
        )
        self._cost(
            {"report again": "reporting-report"}, lambda: self.bob.post("/v1/reports", complaint)
        )
        blocked = {"user_id": alice_id}
        self._cost({"block": "blocking-block"}, lambda: self.bob.post("/v1/blocks", blocked))
        self._cost(
            {"unblock": "blocking-unblock"},
            lambda: self.bob.call("DELETE", f"/v1/blocks/{alice_id}", status=204),
        )

    def _sign_in(self) -> None:
        laptop: Device = self._cost(
            {"login": "accounts-login"}, lambda: self._world.sign_in(self._name)
        )
        self._cost({"refresh": "accounts-refresh"}, laptop.refresh)
        self._cost({"authorizer": "accounts-authorizer"}, lambda: laptop.get("/v1/me"))

    def _read(self) -> None:
        path = f"/v1/conversations/{self.conversation_id}"
        history = {
            "history page of 50": "messaging-history",
            "history page of 50, its one query": "messaging-history:Query",
        }
        self._get({"wallet": "wallet-show"}, "/v1/wallet")
        self._get({"entries page of 50": "wallet-entries"}, "/v1/wallet/entries", limit=50)
        self._get({"inbox page of 20": "messaging-list-conversations"}, "/v1/conversations")
        self._get({"likes counted": "matching-received"}, "/v1/likes", limit=20)
        unlocking = {"quoted_credits": 30}
        self._cost(
            {"likes unlocked": "matching-unlock"},
            lambda: self.alice.post("/v1/likes/unlock", unlocking, status=200),
        )
        self._get({"likes page of 20": "matching-received"}, "/v1/likes", limit=20)
        self._get({"matches page of 20": "matching-listed"}, "/v1/matches", limit=20)
        self._get(history, f"{path}/messages", limit=50)
        from_the_middle = {"history since a seq": "messaging-history"}
        self._get(from_the_middle, f"{path}/messages", limit=50, since=self._size // 2)
        self._get({"quote": "messaging-quote"}, f"{path}/quote")

    def _connect(self) -> None:
        opening = {
            "ticket": "realtime-issue-ticket",
            "connect": "realtime-socket-connect",
            "hello": "realtime-greet",
        }
        wire: Wire = self._cost(opening, lambda: self._world.connect(self.bob))
        closing = {
            "disconnect": "realtime-socket-disconnect",
            "typing ended": "messaging-end-typing",
        }
        self._cost(closing, wire.close)

    def _talk(self, phone: Wire) -> None:
        sending = "messaging-socket-message-send"
        first = self._cost({"first message to somebody": sending}, lambda: self._send(phone, 0))
        self.message_id: str = first["message_id"]
        self._cost({"free message": sending}, lambda: self._send(phone, 0))
        for _ in range(FREE_MESSAGES - 2):
            self._send(phone, 0)
        self._world.stack.settle()
        paying = {"paid message": "messaging-socket-message-send"} | REACTIONS
        sent = self._cost(paying, lambda: self._send(phone, 5))
        self._cost(
            {"delete with refund": "messaging-socket-message-delete"},
            lambda: phone.do("message.delete", message_id=sent["message_id"]),
        )

    def _answer(self, other: Wire) -> None:
        where = {"conversation_id": self.conversation_id}
        upto = where | {"seq": self._size + 2}
        since = {"since": {self.conversation_id: self._size}}
        for name, action, wanted in (
            ("delivered", "message.delivered", upto),
            ("read", "message.read", upto),
            ("typing started", "typing.start", where),
            ("typing stopped", "typing.stop", where),
            ("sync of one conversation", "sync", since),
        ):
            function = f"messaging-socket-{action.replace('.', '-')}"
            self._cost({name: function}, lambda a=action, w=wanted: other.do(a, **w))  # type: ignore[misc]

    def _send(self, wire: Wire, credits: int) -> Any:
        wanted = draft(self.conversation_id, next(self._numbers), credits=credits)
        return wire.do("message.send", **wanted)

    def _get(self, functions: Functions, path: str, **query: Any) -> None:
        self._cost(functions, lambda: self.alice.get(path, **query))

    def _cost(self, functions: Functions, act: Callable[[], Any]) -> Any:
        self._world.stack.clock.advance(1)
        with self._meter.watch() as calls:
            done = act()
            self._world.stack.settle()
        for name, function in functions.items():
            self.costs[name] = _total(calls, function)
        self.scans += sum(call.operation == "Scan" for call in calls)
        return done


def _like(one: Device, other: Device) -> Any:
    return one.post("/v1/likes", {"user_id": other.user_id})


def _total(calls: list[Call], function: str) -> Total:
    name, _, operation = function.partition(":")
    return total([call for call in calls if operation in ("", call.operation)], name)
