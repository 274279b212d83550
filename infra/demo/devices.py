"""Members and the devices they are signed in on, as an app would be written."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx

from infra.demo.telling import NotAsItShouldBe, must
from infra.demo.wires import WAIT_SECONDS_MAX, Wire

T = TypeVar("T")

PASSWORD = "correct horse battery"
LOOK_SECONDS = 0.02


@dataclass
class Device:
    """An app that is signed in."""

    owner: str
    http: httpx.Client
    tokens: dict[str, str]

    @property
    def user_id(self) -> str:
        """Whose it is."""
        return self.tokens["user_id"]

    @property
    def session_id(self) -> str:
        """This sign-in, as the member's other devices see it."""
        return self.tokens["session_id"]

    def get(self, path: str, **query: Any) -> Any:
        """Read something."""
        return self.call("GET", path, params=query)

    def post(self, path: str, body: Any = None, *, status: int = 201) -> Any:
        """Make something."""
        return self.call("POST", path, json=body, status=status)

    def call(self, method: str, path: str, *, status: int = 200, **request: Any) -> Any:
        """Any request; the answer's JSON, provided the status is as it should be."""
        bearer = {"Authorization": f"Bearer {self.tokens['access_token']}"}
        return answered(self.http.request(method, path, headers=bearer, **request), status)

    def pages(self, path: str, **query: Any) -> list[Any]:
        """All items of a list, page after page."""
        items: list[Any] = []
        cursor: dict[str, str] = {}
        while True:
            page = self.get(path, **query | cursor)
            items += page["items"]
            if page["next_cursor"] is None:
                return items
            cursor = {"cursor": page["next_cursor"]}

    def connect(self) -> Wire:
        """Open a socket, and hear its `hello`."""
        wire = Wire(self.owner, self.post("/v1/realtime/tickets")["url"])
        wire.hears("hello", user_id=self.user_id)
        return wire

    def refresh(self, token: str | None = None, *, status: int = 200) -> Any:
        """Exchange a refresh token, the newest unless another is given; keeps what came back."""
        body = {"refresh_token": token or self.tokens["refresh_token"]}
        answer = answered(self.http.post("/v1/auth/refresh", json=body), status)
        if status == 200:
            self.tokens = answer
        return answer

    @property
    def credits(self) -> int:
        """What the member can spend now."""
        available: int = self.get("/v1/wallet")["available_credits"]
        return available


@dataclass(frozen=True)
class Town:
    """Where members sign up and in. One connection is shared by all their devices."""

    http: httpx.Client

    def join(self, name: str) -> Device:
        """Register, read the code in the mail, and verify the address with it."""
        address = address_of(name)
        asked = {"email": address, "password": PASSWORD, "birthdate": "1995-05-05"}
        registered = answered(self.http.post("/v1/auth/register", json=asked), 202)
        proof = registered | {"code": self.mailed_code(name)}
        return Device(name, self.http, self._tokens("/v1/auth/verify-email", proof, 201))

    def sign_in(self, name: str) -> Device:
        """The same member on one more device."""
        asked = {"email": address_of(name), "password": PASSWORD}
        return Device(name, self.http, self._tokens("/v1/auth/login", asked, 200))

    def mailed_code(self, name: str) -> str:
        """The code in the newest mail to a member."""
        mails = answered(self.http.get("/_local/outbox"), 200)
        texts = [mail["text"] for mail in mails if address_of(name) in mail["to"]]
        found = re.search(r"\b\d{6}\b", texts[0] if texts else "")
        if found is None:
            raise NotAsItShouldBe(f"no code was mailed to {name}")
        return found[0]

    def _tokens(self, path: str, body: Any, status: int) -> dict[str, str]:
        tokens: dict[str, str] = answered(self.http.post(path, json=body), status)
        return tokens


def address_of(name: str) -> str:
    """Where mail to a member of the story goes."""
    return f"{name.lower()}@example.com"


def answered(answer: httpx.Response, status: int) -> Any:
    """The JSON of an answer, provided its status is as it should be."""
    request = answer.request
    must(
        answer.status_code == status,
        f"{request.method} {request.url.path} answered {answer.status_code}, and should {status}: "
        f"{answer.text[:300]}",
    )
    return answer.json() if answer.content else None


def eventually(
    what: str,
    look: Callable[[], T],
    fits: Callable[[T], bool],
    seconds_max: float = WAIT_SECONDS_MAX,
) -> T:
    """Look until it fits: for what nobody is told of, such as a page of the inbox."""
    deadline = time.monotonic() + seconds_max
    while not fits(seen := look()):
        must(time.monotonic() < deadline, f"{what} is still {seen!r}")
        time.sleep(LOOK_SECONDS)
    return seen
