"""Matching every rule at once: one walk of RE2 over each reading of a text."""

from functools import cache
from typing import Any, NamedTuple

from chalicelib.safety.rules.numbers import IN_PLACE_OF_OTHERS, OTHERS, PHONE_DIGITS_MIN
from chalicelib.safety.rules.reading import digits, plain
from chalicelib.safety.rules.table import HINT, RULES, Reading, Rule


class Matcher(NamedTuple):
    """All rules about one reading, compiled into one automaton; `rules` are in its order."""

    automaton: Any
    rules: list[Rule]

    def broken(self, text: str | bytes) -> list[Rule]:
        """The rules that a reading breaks."""
        return [self.rules[number] for number in self.automaton.Match(text) or ()]


def broken(text: str) -> list[Rule]:
    """The rules that a text breaks, in the table's order; hints only where nothing is plainer."""
    seen = plain(text)
    found = matchers()["plain"].broken(seen)
    numbers = digits(seen).encode()
    if sum(map(numbers.count, b"0123456789")) >= PHONE_DIGITS_MIN:
        found += matchers()["digits"].broken(others().sub(_without_others, numbers))
    plainer = [rule for rule in found if rule.weights is not HINT]
    return sorted(plainer or found, key=RULES.index)


def _without_others(match: Any) -> bytes:
    kept: bytes = match.group() if match.lastindex else IN_PLACE_OF_OTHERS
    return kept


@cache
def matchers() -> dict[Reading, Matcher]:
    """What matches each reading. RE2 is loaded here, by the first text that a process judges."""
    import re2

    made: dict[Reading, Matcher] = {}
    for reading in ("plain", "digits"):
        rules = [rule for rule in RULES if rule.reading == reading]
        automaton = re2.Set.SearchSet()
        for rule in rules:
            automaton.Add(rule.pattern)
        automaton.Compile()
        made[reading] = Matcher(automaton, rules)
    return made


@cache
def others() -> Any:
    """What finds numbers that are no telephone number, such as days of the calendar."""
    import re2

    return re2.compile(OTHERS)
