"""Rules about text: what each finds, what it leaves alone, and that no text makes them slow."""

import ast
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core import clock
from chalicelib.safety import rules
from chalicelib.safety.rules import engine, judging
from chalicelib.safety.rules.judging import BARS, REPEATS, Surface, Trust
from chalicelib.safety.rules.numbers import OTHERS
from chalicelib.safety.rules.table import HINT, RULES
from tests.safety.found import FOUND
from tests.safety.innocent import INNOCENT

EVERY_TRUST: tuple[Trust, ...] = ("new", "known", "trusted")
EVERY_SURFACE: tuple[Surface, ...] = ("message", "bio", "prompt", "name")
OPENING = "Hello there, you have a lovely smile and I would like to know you"


def found_in(text: str) -> list[str]:
    return [rule.id for rule in engine.broken(text)]


@pytest.mark.parametrize(
    ("rule", "text"), [(rule, text) for rule, texts in FOUND.items() for text in texts]
)
def test_a_rule_finds_what_it_is_for(rule: str, text: str) -> None:
    assert rule in found_in(text)
    assert rule in found_in(f"Hello! {text} , please")


@pytest.mark.parametrize("text", INNOCENT)
def test_rules_leave_ordinary_talk_alone(text: str) -> None:
    assert found_in(text) == []
    for surface in EVERY_SURFACE:
        for trust in EVERY_TRUST:
            verdict = rules.judge(text, surface=surface, trust=trust, first=surface == "message")
            assert verdict == ("allow", ())


@pytest.mark.parametrize("rule", [rule.id for rule in RULES if rule.weights is HINT])
@pytest.mark.parametrize("trust", EVERY_TRUST)
def test_a_hint_never_keeps_anybody_from_saying_something(rule: str, trust: Trust) -> None:
    for text in FOUND[rule]:
        for surface in EVERY_SURFACE:
            verdict = rules.judge(text, surface=surface, trust=trust, first=surface == "message")
            assert verdict.action in ("allow", "flag")


def test_a_hint_adds_nothing_to_what_is_plain() -> None:
    assert found_in("98765,43210") == ["perhaps_phone"]
    assert found_in("98765,43210 or www.example.org") == ["link"]


def test_every_rule_has_texts_that_it_must_find_and_a_weight_everywhere() -> None:
    assert [rule.id for rule in RULES] == list(FOUND)
    assert {surface for rule in RULES for surface in rule.weights} == set(EVERY_SURFACE)
    assert all(rule.what and set(rule.weights) == set(EVERY_SURFACE) for rule in RULES)


def test_every_pattern_is_one_that_the_engine_takes() -> None:
    import re2

    for pattern in (OTHERS, *(rule.pattern for rule in RULES)):
        assert re2.compile(pattern)
    assert sum(len(matcher.rules) for matcher in engine.matchers().values()) == len(RULES)


def test_the_more_somebody_is_trusted_the_more_they_may_write() -> None:
    order = ["allow", "flag", "hold", "refuse"]
    for surface in EVERY_SURFACE:
        for texts in FOUND.values():
            done = [
                order.index(rules.judge(texts[0], surface=surface, trust=trust).action)
                for trust in EVERY_TRUST
            ]
            assert done == sorted(done, reverse=True)


def test_a_message_is_never_held_since_somebody_waits_for_it() -> None:
    assert {BARS[trust]["message"].hold for trust in EVERY_TRUST} == {None}


def test_what_is_done_with_a_message_depends_on_trust_and_on_being_the_first() -> None:
    link, money = "see www.example.org", "ann@okaxis"

    def done(text: str, trust: Trust, *, first: bool = False) -> str:
        return rules.judge(text, surface="message", trust=trust, first=first).action

    assert [done(link, trust) for trust in EVERY_TRUST] == ["flag", "flag", "flag"]
    assert [done(link, trust, first=True) for trust in EVERY_TRUST] == ["refuse", "flag", "flag"]
    assert [done(money, trust) for trust in EVERY_TRUST] == ["refuse", "flag", "flag"]
    assert done(f"{link} or +4915112345678, {money}", "trusted") == "refuse"


def test_what_is_done_with_a_bio_depends_on_trust() -> None:
    contact, money = "call 98765 43210", "ann@okaxis"

    def done(text: str) -> list[str]:
        return [rules.judge(text, surface="bio", trust=trust).action for trust in EVERY_TRUST]

    assert done(contact) == ["hold", "hold", "flag"]
    assert done(money) == ["refuse", "hold", "hold"]
    assert done("I like long walks") == ["allow", "allow", "allow"]


def test_nobody_is_called_by_their_telephone_number() -> None:
    for trust in EVERY_TRUST:
        verdict = rules.judge("98765 43210", surface="name", trust=trust)
        assert verdict == ("refuse", ("phone",))


@pytest.mark.parametrize("trust", EVERY_TRUST)
def test_the_same_opening_to_many_is_flagged_and_then_refused(trust: Trust) -> None:
    mark = rules.mark_of(OPENING)
    assert mark is not None
    flagged_from, refused_from = REPEATS[trust]

    done = [
        rules.judge(
            f"{OPENING} :-)", surface="message", trust=trust, first=True, before=[mark] * times
        )
        for times in range(refused_from + 1)
    ]

    actions = [verdict.action for verdict in done]
    assert actions[:flagged_from] == ["allow"] * flagged_from
    assert actions[flagged_from:refused_from] == ["flag"] * (refused_from - flagged_from)
    assert done[-1] == ("refuse", (judging.REPEATED,))


def test_an_opening_that_everybody_uses_has_no_mark() -> None:
    assert rules.mark_of("Hi, how are you? :-)") is None
    assert rules.mark_of("Hi! " * 20) is not None


def test_an_opening_is_known_again_however_it_is_dressed_up() -> None:
    dressed = ["🌹 " + OPENING.upper() + "!!!", OPENING.replace("e", "е"), OPENING + "\u200b"]

    assert {rules.mark_of(text) for text in dressed} == {rules.mark_of(OPENING)}
    assert rules.mark_of(OPENING + " too") != rules.mark_of(OPENING)


def test_the_mark_does_not_tell_the_words() -> None:
    mark = rules.mark_of(OPENING)

    assert mark is not None
    assert len(mark) == 24
    assert "smile" not in mark


def test_trust_grows_with_the_days() -> None:
    at = clock.now()
    grown = [rules.trust_of(at - timedelta(days=days)) for days in (0, 2.9, 3, 29.9, 30, 900)]

    assert grown == ["new", "new", "known", "known", "trusted", "trusted"]


class Counting:
    """Counts the characters that an automaton is given."""

    def __init__(self, automaton: Any, counts: list[int]) -> None:
        self._automaton, self._counts = automaton, counts

    def __getattr__(self, verb: str) -> Any:
        """Any way of matching: the text comes last."""

        def match(*given: Any) -> Any:
            self._counts.append(len(given[-1]))
            return getattr(self._automaton, verb)(*given)

        return match


@pytest.fixture(scope="module")
def work() -> Iterator[list[int]]:
    """How many characters were given to the engine, walk by walk."""
    counts: list[int] = []
    patch = pytest.MonkeyPatch()
    matchers = {
        reading: matcher._replace(automaton=Counting(matcher.automaton, counts))
        for reading, matcher in engine.matchers().items()
    }
    others = Counting(engine.others(), counts)
    patch.setattr(engine, "matchers", lambda: matchers)
    patch.setattr(engine, "others", lambda: others)
    yield counts
    patch.undo()


NASTY = (
    *("a@", "1 ", "+1(", "9,", "www.", "www .", "a.", "a..", "http :", "de89 ", "@a.", "$a"),
    *(
        "nine ",
        "o1",
        "1l",
        "ﷺ",
        "½",
        "e\u0301\u0316",
        "\u0301\u0316",
        "\u200b",
        "①",
        "٩",
        "щ",
        "🙂",
    ),
    *("24.11.2026", "paypal me is id at ", "telegram is is is ", "a (dot) ", "x dot ", "\n", "-"),
    *("9:00 ", "1:2,3 ", "2015 ", "1.000 ", "06.", "978-3-", "10 9 8 7 ", "seven", "98765 ", "½9,"),
)
texts = st.lists(
    st.tuples(st.sampled_from(NASTY) | st.text(max_size=4), st.integers(1, 4000)), max_size=6
).map(lambda parts: "".join(part * times for part, times in parts)[:4000])


@given(text=texts)
def test_no_text_makes_the_engine_work_more_than_its_length_deserves(
    work: list[int], text: str
) -> None:
    work.clear()

    engine.broken(text)

    assert len(work) <= 3
    assert sum(work) <= 3 * 4 * len(text)


@given(text=texts)
def test_whatever_stands_before_it_a_payment_handle_is_found(text: str) -> None:
    assert "payment_handle" in found_in(f"{text} cash.app/ann")


@given(text=texts)
def test_whatever_stands_before_it_a_telephone_number_is_found(text: str) -> None:
    assert "phone" in found_in(f"{text} call 0171 2345678")


def test_no_pattern_is_matched_by_an_engine_that_goes_back() -> None:
    folder = Path(engine.__file__).parent
    imported = {
        name
        for file in folder.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([each.name for each in node.names] if isinstance(node, ast.Import) else [])
        + ([node.module or ""] if isinstance(node, ast.ImportFrom) else [])
    }

    assert "re2" in imported
    assert {"re", "regex", "fnmatch"} & imported == set()
