"""What members of a random history want, and what their clients remember of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from infra.faults.doors import Answer
from infra.faults.people import Person, draft, join, match, post
from infra.faults.scenes import Step
from infra.faults.stages.deleting import deleting, reading
from infra.faults.stages.matching import liking, passing, rewinding, superliking
from infra.faults.stages.receipts import receiving
from infra.faults.stages.sending import FREE, gift, talk
from infra.faults.world import World

NAMES = ("alice", "bob", "carol", "dave")


@dataclass
class Intent:
    """One request of one client, repeated by it until it knows.

    message  for one that sends: who, where, and under which id
    """

    what: str
    step: Step
    message: tuple[str, str, str] | None = None
    answers: list[Answer] = field(default_factory=list)

    def __call__(self) -> Answer:
        answer = self.step()
        self.answers.append(answer)
        return answer

    @property
    def settled(self) -> bool:
        """Whether the client was told, one way or the other."""
        return bool(self.answers) and (self.answers[-1].ok or self.answers[-1].refused)


class Town:
    """The members of one history, and everything they may come to want."""

    def __init__(self, world: World, random: Random) -> None:
        self._world = world
        self._random = random
        people = [join(world, name).on_socket(f"socket-{name}") for name in NAMES]
        self._conversations = {
            match(people[low], people[high]): (people[low], people[high])
            for low, high in ((0, 1), (0, 2), (1, 2))
        }
        for conversation, (sender, _) in self._conversations.items():
            talk(sender, conversation, FREE)
        self._people = people
        self._tokens = {person.user_id: person.refresh_token for person in people}
        self._sent = 0
        gift(people[0], "spring", 7, days=1)

    def wants(self) -> Intent:
        """Something that somebody wants now."""
        kinds = (self._send, self._send, self._send, self._receipt, self._delete, self._like,
                 self._superlike, self._pass, self._rewind, self._refresh)  # fmt: skip
        want: Callable[[], Intent] = self._random.choice(kinds)
        return want()

    def _send(self) -> Intent:
        conversation, (sender, _) = self._place()
        self._sent += 1
        client_id, over_socket = f"message-{self._sent}", self._random.random() < 0.5

        def step() -> Answer:
            quoted = self._quoted(sender, conversation)
            if quoted is None:
                return Answer(0)
            sent = draft(client_id, quoted=quoted)
            if over_socket and sender.socket in self._world.outside.frames:
                frame = sent | {"conversation_id": conversation}
                return sender.act("message.send", frame, ref=client_id)
            return post(sender, conversation, sent)

        key = sender.user_id, conversation, client_id
        return Intent(f"{sender.name} sends {client_id}", step, key)

    def _quoted(self, sender: Person, conversation: str) -> int | None:
        resource = "/v1/conversations/{conversation_id}/quote"
        answer = sender.rest("GET", resource, conversation_id=conversation)
        return int(answer.body["credits"]) if answer.ok else None

    def _receipt(self) -> Intent:
        conversation, (reader, _) = self._place()
        seq = self._random.randint(1, FREE + self._sent // 2)
        act = self._random.choice((receiving, reading))
        return Intent(f"{reader.name} reads {seq}", act(reader, conversation, seq))

    def _delete(self) -> Intent:
        conversation, (sender, _) = self._place()
        seq = self._random.randint(1, FREE + self._sent)
        return Intent(f"{sender.name} deletes {seq}", deleting(sender, conversation, seq))

    def _like(self) -> Intent:
        one, other = self._random.sample(self._people, 2)
        key = self._random.choice((None, f"like-{one.name}-{other.name}"))
        return Intent(f"{one.name} likes {other.name}", liking(one, other, key=key))

    def _superlike(self) -> Intent:
        one, other = self._random.sample(self._people, 2)
        return Intent(f"{one.name} super likes {other.name}", superliking(one, other))

    def _pass(self) -> Intent:
        one, other = self._random.sample(self._people, 2)
        return Intent(f"{one.name} passes on {other.name}", passing(one, other))

    def _rewind(self) -> Intent:
        person = self._random.choice(self._people)
        return Intent(f"{person.name} rewinds", rewinding(person))

    def _refresh(self) -> Intent:
        person = self._random.choice(self._people)

        def step() -> Answer:
            body = {"refresh_token": self._tokens[person.user_id]}
            answer = person.rest("POST", "/v1/auth/refresh", body)
            if answer.ok:
                self._tokens[person.user_id] = answer.body["refresh_token"]
            return answer

        return Intent(f"{person.name} refreshes", step)

    def _place(self) -> tuple[str, tuple[Person, Person]]:
        conversation, pair = self._random.choice(sorted(self._conversations.items()))
        return conversation, pair if self._random.random() < 0.5 else (pair[1], pair[0])
