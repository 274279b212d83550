"""The number on the badge, whatever two members do in whatever order."""

from dataclasses import dataclass, field

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.messaging.test_sending import ask_nothing
from tests.people import Socket, match, say

SENDS, READS, READS_IN_PRIVATE, DELIVERS, DELETES = "sends", "reads", "peeks", "gets", "deletes"


@dataclass
class Ledger:
    """What we expect: who sent each message, and how far each has read."""

    senders: list[int] = field(default_factory=list)
    read: list[int] = field(default_factory=lambda: [0, 0])
    shown: list[int] = field(default_factory=lambda: [0, 0])

    def unread(self, who: int) -> int:
        """Messages of the other's after the later of what was read and one's own last message."""
        own = [seq for seq, sender in enumerate(self.senders, 1) if sender == who]
        seen = max([self.read[who], *own])
        return sum(1 for seq, sender in enumerate(self.senders, 1) if sender != who and seq > seen)


steps = st.tuples(
    st.integers(0, 1),
    st.sampled_from([SENDS, SENDS, SENDS, READS, READS_IN_PRIVATE, DELIVERS, DELETES]),
    st.floats(0, 1),
)


@settings(
    max_examples=8,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(steps, min_size=5, max_size=25))
def test_the_badge_shows_what_the_other_sent_since_one_last_read_or_wrote(
    join, history: list[tuple[int, str, float]]
) -> None:
    members = [join("alice"), join("bob")]
    conversation = match(*members)
    ask_nothing(*members)
    sockets = [member.socket() for member in members]
    expected, sent = Ledger(), []

    for who, does, how_far in history:
        seq = max(1, round(how_far * len(sent)))
        if does == SENDS:
            sent.append(say(members[who], conversation))
            expected.senders.append(who)
        elif sent:
            _do(sockets[who], does, sent[seq - 1], expected, who)
        for each, member in enumerate(members):
            seen = member.get(f"/v1/conversations/{conversation}").json()
            assert seen["unread"] == expected.unread(each)
            assert seen["read_seq"] == expected.read[each]
            assert seen["their_read_seq"] == expected.shown[1 - each]
    for member in members:
        member.hang_up()


def _do(socket: Socket, does: str, message: dict, expected: Ledger, who: int) -> None:
    place = {"conversation_id": message["conversation_id"], "seq": message["seq"]}
    if does == DELIVERS:
        socket.do("message.delivered", place)
    elif does == DELETES:
        socket.ask("message.delete", {"message_id": message["message_id"]})
    else:
        private = does == READS_IN_PRIVATE
        socket.do("message.read", place | {"private": private})
        expected.read[who] = max(expected.read[who], message["seq"])
        if not private:
            expected.shown[who] = max(expected.shown[who], message["seq"])
