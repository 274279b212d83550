"""Reactions: an event reaches whoever hears it, and what cannot be understood hinders nobody."""

from typing import Any

import msgspec

from chalicelib import reactions
from chalicelib.accounts.events import MemberJoined
from chalicelib.core import ids
from chalicelib.wallet.models import Wallet


def test_an_event_of_another_release_fails_alone() -> None:
    newcomer = ids.new("usr")
    joined = msgspec.json.encode(MemberJoined(user_id=newcomer)).decode()
    letters = {"known": joined, "unknown": '{"type": "MemberVanished"}', "broken": "{"}

    answer = reactions.react("wallet-welcome", _batch(letters))

    failed = {each["itemIdentifier"] for each in answer["batchItemFailures"]}
    assert failed == {"unknown", "broken"}
    assert Wallet.get(newcomer).available == 50


def test_every_reaction_has_a_queue_function_of_its_own() -> None:
    import app

    served = {source.queue_arn for source in app.app.event_sources if hasattr(source, "queue_arn")}

    wanted = {
        "arn:ref:" + "".join(part.capitalize() for part in name.split("-")) + "Queue"
        for name in reactions.REACTIONS
    }
    assert served == wanted


def test_what_seldom_happens_is_seldom_routed_and_seldom_reacted_to() -> None:
    follows = reactions.REACTIONS["profiles-follow-member"]

    routed = {need.resource: need.seldom for need in reactions.needs_of_routing("members")}

    assert routed == {
        "queue/wallet-welcome": "",
        "queue/accounts-close-sockets": follows.seldom,
        "queue/profiles-follow-member": follows.seldom,
    }
    assert follows.seldom
    assert {need.seldom for need in reactions.needs_of(follows)} == {follows.seldom}
    assert not reactions.REACTIONS["accounts-close-sockets"].seldom
    assert not any(
        need.seldom for need in reactions.needs_of(reactions.REACTIONS["wallet-welcome"])
    )


def _batch(letters: dict[str, str]) -> dict[str, Any]:
    return {"Records": [{"messageId": name, "body": body} for name, body in letters.items()]}
