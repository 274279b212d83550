"""What must hold of likes, passes and matches in a world at rest."""

import base64
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from chalicelib.core import clock, ids
from chalicelib.matching.service.deciding import LIKED
from chalicelib.profiles import ring_of
from infra.faults.image import Image, records


def _matches(image: Image) -> Iterator[str]:
    """A match that goes on is exactly: both liked, one listing for each, one open conversation."""
    listings: dict[str, list[str]] = defaultdict(list)
    for match in records(image, "matches"):
        listings[match.match_id.removeprefix("mat_")].append(match.user_id)
    conversations = {row.conversation_id for row in records(image, "conversations")}
    for liking in records(image, "likes"):
        both = liking.low_liked_at is not None and liking.high_liked_at is not None
        listed = sorted(listings.pop(liking.pair_id, []))
        wanted = list(ids.members_of(liking.pair_id)) if both and not liking.ended_at else []
        opened = f"cnv_{liking.pair_id}" in conversations
        if listed != wanted or opened != both or (liking.matched_at is not None) != both:
            yield f"matching: liked by both {both}, listed {listed}, conversation {opened}"
    for pair_id in listings:
        yield f"matching: {pair_id} is listed and nobody liked"


def _ends(image: Image) -> Iterator[str]:
    """What ended is closed, and was a match; nothing can be said in its conversation."""
    ended = {liking.pair_id for liking in records(image, "likes") if liking.ended_at is not None}
    closed = {pair.pair_id for pair in records(image, "pairs") if pair.closed_at is not None}
    matched = {liking.pair_id for liking in records(image, "likes") if liking.matched_at}
    if ended != closed or not ended <= matched:
        yield f"matching: ended {sorted(ended)}, closed {sorted(closed)}"
    for conversation in records(image, "conversations"):
        if conversation.open and conversation.conversation_id.removeprefix("cnv_") in ended:
            yield f"matching: {conversation.conversation_id} is of a match that ended, and open"


def _waiting(image: Image) -> Iterator[str]:
    """A like waits for whoever it is of, unless they answered it; a like clears one's own pass."""
    for liking in records(image, "likes"):
        members = ids.members_of(liking.pair_id)
        likers = {each for each in members if liking.liked_by(each)}
        passers = {each for each in members if liking.passed_by(each)}
        liked = {ids.other_of(liking.pair_id, each) for each in likers} - likers
        told = {liking.received_by} - {None}
        if not liked - passers <= told <= liked:
            yield f"matching: liked by {sorted(likers)}, waits for {liking.received_by}"
        if likers & passers:
            yield f"matching: {sorted(likers & passers)} both likes and passes"


def _decisions(image: Image) -> Iterator[str]:
    """The compact record says what the likings say, and nothing that they do not.

    The mark of a pass stays when a like follows it: both count as decided.
    """
    marks: dict[tuple[str, str], set[int]] = defaultdict(set)
    for row in records(image, "decisions"):
        for mark in map(base64.b64decode, row.who or ()):
            place = row.bucket.partition("/")[2] + mark[:5].hex()
            marks[row.user_id, place].add(int.from_bytes(mark[5:], "big"))
    for liking in records(image, "likes"):
        for member in ids.members_of(liking.pair_id):
            told = marks.pop((member, _mark(ids.other_of(liking.pair_id, member))), set())
            if not _agree(liking, member, told):
                yield f"matching: {member} on {liking.pair_id}, the record says {sorted(told)}"
    for member, _ in marks:
        yield f"matching: {member} decided on nobody, the record says otherwise"


def _mark(other_id: str) -> str:
    """Bucket and ring, as the record splits them, in hex."""
    ring = ring_of(other_id)
    return f"{int(ring[:2], 16) % 64:02x}{ring[2:]}"


def _agree(liking: Any, member: str, told: set[int]) -> bool:
    if liking.liked_by(member) is not None:
        return LIKED in told
    passed_at = liking.passed_by(member)
    if passed_at is not None:
        return LIKED not in told and clock.day_of(passed_at) in told
    return not told


def _shown(image: Image) -> Iterator[str]:
    """Exactly who liked somebody is shown to them even when incognito."""
    shown = {pair.pair_id: set(pair.shown_by or ()) for pair in records(image, "pairs")}
    for liking in records(image, "likes"):
        likers = {each for each in ids.members_of(liking.pair_id) if liking.liked_by(each)}
        if shown.pop(liking.pair_id, set()) != likers:
            yield f"matching: {sorted(likers)} liked, and others are shown"
    if any(shown.values()):
        yield "matching: somebody is shown who liked nobody"


def _paid(image: Image) -> Iterator[str]:
    """I13: each super like has its entry, each such entry its like; so has each unlocking."""
    supers = {
        (member, ids.other_of(liking.pair_id, member))
        for liking in records(image, "likes")
        for member in ids.members_of(liking.pair_id)
        if liking.superliked_by(member)
    }
    entries = records(image, "entries")
    paid = {(each.user_id, each.reference) for each in entries if each.kind == "superlike"}
    if supers != paid:
        yield f"I13 super likes {sorted(supers)}, paid {sorted(paid)}"
    unlocks = Counter(each.user_id for each in entries if each.kind == "unlock")
    counted = {each.user_id: int(each.unlocks) for each in records(image, "tallies")}
    if unlocks != Counter(counted):
        yield f"I13 unlocked {counted}, paid {dict(unlocks)}"


LIKES = (_matches, _ends, _waiting, _decisions, _shown, _paid)
"""Every rule: what of an image does not hold, in words."""
