"""Refresh tokens that rotate, one that was stolen, and a device that is signed out."""

from infra.demo.scene import Scene
from infra.demo.telling import must, must_be

AUTHORIZER_CACHE_SECONDS = 60


def play(scene: Scene) -> None:
    """Alice's laptop is robbed of its token; her old phone is signed out from afar."""
    _stolen_token(scene)
    _signed_out(scene)


def _stolen_token(scene: Scene) -> None:
    laptop = scene.town.sign_in("Alice")
    wire = laptop.connect()
    first = laptop.tokens["refresh_token"]
    second = laptop.refresh()["refresh_token"]
    must(first != second, "the refresh token did not change")
    must_be("the answer to a lost refresh", laptop.refresh(first)["refresh_token"], second)
    scene.tell.saw("a refresh token is replaced; asking again at once gives the same successor")

    laptop.refresh()
    laptop.refresh(first, status=401)
    code = wire.is_closed()
    scene.tell.saw(f"the old token again, later, ends the session; its socket closed ({code})")
    laptop.refresh(status=401)
    _pass_seconds(scene, AUTHORIZER_CACHE_SECONDS + 1)
    laptop.call("GET", "/v1/me", status=401)
    scene.tell.saw("its newest token is refused, and after a minute its access token too")


def _signed_out(scene: Scene) -> None:
    phone, old = scene.lovers.one, scene.town.sign_in("Alice")
    wire = old.connect()
    listed = [session["session_id"] for session in phone.get("/v1/auth/sessions")["items"]]
    must(old.session_id in listed, "the old phone is not among Alice's devices")
    phone.call("DELETE", f"/v1/auth/sessions/{old.session_id}", status=204)
    code = wire.is_closed()
    old.refresh(status=401)
    scene.tell.saw(f"signed out from Alice's phone, the old one's socket closed ({code})")

    must_be("Bob's answer meanwhile", scene.lovers.other.get("/v1/me")["roles"], ["member"])
    scene.lovers.one_wire.do("sync", since={})
    scene.tell.saw("her own phone goes on as before")

    borrowed = scene.town.sign_in("Alice")
    borrowed.post("/v1/auth/logout", status=204)
    borrowed.refresh(status=401)
    scene.tell.saw("signed out on the device itself, its token is good for nothing")


def _pass_seconds(scene: Scene, seconds: int) -> None:
    """Let so much time pass on the stack's clock."""
    set_to = scene.town.http.post("/_local/clock", json={"advance_seconds": seconds})
    must_be("the clock's answer", set_to.status_code, 200)
