"""Joining and staying signed in: register, verify, refresh, log out, open a socket."""

from chalicelib.core.settings import settings
from infra.faults.doors import Answer, Caller
from infra.faults.image import records
from infra.faults.people import (
    PASSWORD,
    Person,
    address_of,
    application,
    asked_to_join,
    done,
    join,
    mailed_code,
    stranger,
)
from infra.faults.scenes import Staging, Step, scene
from infra.faults.stages.sending import answers_are, one
from infra.faults.world import World

HALF_AN_HOUR = 1800


def verifying(world: World, caller: Caller, registration_id: str, code: str) -> Step:
    """Finishing to join."""
    proof = {"registration_id": registration_id, "code": code}
    return lambda: world.doors.rest("POST", "/v1/auth/verify-email", caller, proof)


def refreshing(member: Person, token: str) -> Step:
    """New tokens for old."""
    body = {"refresh_token": token}
    return lambda: member.rest("POST", "/v1/auth/refresh", body)


def logging_out(member: Person) -> Step:
    """Ending the session."""
    return lambda: member.rest("POST", "/v1/auth/logout")


def connecting(member: Person, connection_id: str, ticket: str) -> Step:
    """Opening a socket."""
    return lambda: member.world.doors.connect(connection_id, ticket)


@scene("register")
def register(world: World) -> Staging:
    caller = stranger(world)
    step = _registering(world, caller)
    return one(step, also=_every_answer_has_its_code)


@scene("register with a taken address")
def register_taken(world: World) -> Staging:
    join(world, "newcomer")
    return one(_registering(world, stranger(world)), also=_told_by_mail)


@scene("verify")
def verify(world: World) -> Staging:
    caller = stranger(world)
    registration_id = asked_to_join(world, "newcomer", caller)
    code = mailed_code(world, "newcomer")
    return one(verifying(world, caller, registration_id, code), also=_can_log_in)


@scene("verify with a wrong code")
def verify_wrong(world: World) -> Staging:
    caller = stranger(world)
    registration_id = asked_to_join(world, "newcomer", caller)
    return one(verifying(world, caller, registration_id, _wrong(world)))


@scene("verify after five wrong codes")
def verify_guessed(world: World) -> Staging:
    caller = stranger(world)
    registration_id = asked_to_join(world, "newcomer", caller)
    for _ in range(settings().mailed_code_attempts_max):
        verifying(world, caller, registration_id, _wrong(world))()
    code = mailed_code(world, "newcomer")
    return one(verifying(world, caller, registration_id, code), also=answers_are(422, 422))


@scene("verify after half an hour")
def verify_late(world: World) -> Staging:
    caller = stranger(world)
    registration_id = asked_to_join(world, "newcomer", caller)
    world.time.wall += HALF_AN_HOUR
    code = mailed_code(world, "newcomer")
    return one(verifying(world, caller, registration_id, code), also=answers_are(422, 422))


@scene("log in")
def log_in(world: World) -> Staging:
    join(world, "newcomer")
    caller = stranger(world)
    return one(lambda: _logging_in(world, caller))


@scene("refresh")
def refresh(world: World) -> Staging:
    alice = join(world, "alice")
    return one(refreshing(alice, alice.refresh_token))


@scene("refresh with a token long rotated")
def reuse(world: World) -> Staging:
    alice = join(world, "alice")
    done(refreshing(alice, alice.refresh_token)())
    world.time.wall += settings().refresh_grace_seconds + 1
    return one(refreshing(alice, alice.refresh_token), also=answers_are(401, 401))


@scene("log out")
def log_out(world: World) -> Staging:
    return one(logging_out(join(world, "alice").on_socket("phone")))


@scene("ask for a ticket")
def ticket(world: World) -> Staging:
    alice = join(world, "alice")
    return one(lambda: alice.rest("POST", "/v1/realtime/tickets"))


def _registering(world: World, caller: Caller) -> Step:
    return lambda: world.doors.rest("POST", "/v1/auth/register", caller, application("newcomer"))


def _logging_in(world: World, caller: Caller) -> Answer:
    body = {"email": address_of("newcomer"), "password": PASSWORD}
    return world.doors.rest("POST", "/v1/auth/login", caller, body)


def _wrong(world: World) -> str:
    right = mailed_code(world, "newcomer")
    return f"{(int(right) + 1) % 1_000_000:06d}"


def _every_answer_has_its_code(world: World, answers: list[Answer]) -> list[str]:
    """Whoever was told to look into their mail can join with what is there."""
    promised = [answer for answer in answers if answer.ok]
    mails = [mail for mail in world.outside.mails if mail.to == address_of("newcomer")]
    if len(mails) < len(promised):
        return [f"accounts: {len(promised)} codes promised, {len(mails)} mailed"]
    if not promised:
        return ["accounts: the repetition failed too"]
    registration_id = promised[-1].body["registration_id"]
    code = mailed_code(world, "newcomer")
    joined = verifying(world, stranger(world), registration_id, code)()
    return [] if joined.ok else [f"accounts: the mailed code was answered {joined}"]


def _told_by_mail(world: World, answers: list[Answer]) -> list[str]:
    promised = [answer for answer in answers if answer.ok]
    told = [mail for mail in world.outside.mails if "account already" in mail.text]
    return [] if len(told) >= len(promised) else ["accounts: the owner of the address was not told"]


def _can_log_in(world: World, _answers: list[Answer]) -> list[str]:
    """Joining either went through or can be repeated; its password opens exactly one account."""
    image = world.tables.read([world.physical("members")])
    joined = len(records(image, "members"))
    answer = _logging_in(world, stranger(world))
    if joined != 1 or not answer.ok:
        return [f"I13 {joined} members joined, signing in was answered {answer}"]
    return []
