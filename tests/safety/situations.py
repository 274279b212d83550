"""Two people in every situation that one of them may block the other in, and what comes between."""

import itertools
from collections.abc import Callable
from typing import Any

from chalicelib.core import ids
from infra.local.stack import Stack
from tests import people
from tests.people import Member, match, say

PROFILE = {
    "display_name": "Somebody",
    "gender": "woman",
    "seeks": ["woman"],
    "intent": "dating",
    "bio": "I like to walk",
    "place": {"latitude": 52.52, "longitude": 13.405},
}


_numbers = itertools.count()


class Two:
    """Alice looks for Bob, in a part of the world where nobody else lives."""

    def __init__(self, stack: Stack, prepare: Callable[["Two"], None]) -> None:
        self.stack = stack
        self.alice, self.bob = (people.join(stack, name) for name in ("alice", "bob"))
        number = next(_numbers)
        self.place = {
            "latitude": number * 1.7 % 120 - 60,
            "longitude": number * 2.3 % 340 - 170,
        }
        self.socket = self.alice.socket()
        self.nobody_id = ids.new("usr")
        prepare(self)
        stack.settle()

    def leave(self) -> None:
        for member in (self.alice, self.bob):
            member.hang_up()


def strangers(two: Two) -> None:
    """They have profiles that fit, and do not know each other."""
    for member in (two.alice, two.bob):
        profile = PROFILE | {"place": two.place}
        answer = member.http.patch("/v1/me/profile", json=profile, headers=member.headers())
        assert answer.status_code == 200, answer.text


def liked(two: Two) -> None:
    """Bob likes Alice, who has unlocked her likes."""
    strangers(two)
    assert two.bob.post("/v1/likes", {"user_id": two.alice.user_id}).is_success
    unlocked = two.alice.post("/v1/likes/unlock", {"quoted_credits": 30})
    assert unlocked.is_success, unlocked.text


def passed(two: Two) -> None:
    """Alice passed on Bob."""
    strangers(two)
    assert two.alice.post("/v1/passes", {"user_id": two.bob.user_id}).is_success


def matched(two: Two) -> None:
    """They talk."""
    strangers(two)
    conversation = match(two.alice, two.bob)
    say(two.alice, conversation, client_id="message-of-before")
    say(two.bob, conversation)


def block(who: Member, whom: Member) -> None:
    answer = who.post("/v1/blocks", {"user_id": whom.user_id})
    assert answer.status_code == 201, answer.text


def unblock(who: Member, whom: Member) -> None:
    answer = who.delete(f"/v1/blocks/{whom.user_id}")
    assert answer.status_code == 204, answer.text


def suspend(member: Member) -> None:
    """As staff will: the account stays, and is not active."""
    from chalicelib.accounts.models import SUSPENDED  # it reads the environment when imported
    from chalicelib.accounts.models import Member as Account

    Account(member.user_id).update(actions=[Account.status.set(SUSPENDED)])


BETWEEN: dict[str, Callable[[Two], Any]] = {
    "she blocks him": lambda two: block(two.alice, two.bob),
    "he blocks her": lambda two: block(two.bob, two.alice),
    "he is suspended": lambda two: suspend(two.bob),
}
"""What makes Bob somebody who, for Alice, does not exist."""
