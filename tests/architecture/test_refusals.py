"""The tree of refusals: each code means one thing, and every client can look it up."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields

import app
from chalicelib.core.errors import PairlyError

ROOTS = ("chalicelib.", "infra.")


def kinds(parent: type[PairlyError] = PairlyError) -> Iterator[type[PairlyError]]:
    """Every kind of refusal that our own code can raise."""
    for kind in parent.__subclasses__():
        if kind.__module__.startswith(ROOTS):
            yield kind
            yield from kinds(kind)


def told() -> list[type[PairlyError]]:
    """Those that a client can read, which are those with a code."""
    return [kind for kind in kinds() if getattr(kind, "code", None) is not None]


def test_there_are_refusals_to_look_at() -> None:
    assert app.app.app_name == "pairly"
    assert len(told()) > 25


def test_every_leaf_has_a_code_of_its_own() -> None:
    leaves = [kind for kind in kinds() if not kind.__subclasses__()]

    assert [kind.__name__ for kind in leaves if "code" not in vars(kind)] == []


def test_no_two_kinds_share_a_code() -> None:
    codes = Counter(kind.code for kind in told() if "code" in vars(kind))

    assert [code for code, times in codes.items() if times > 1] == []


def test_a_code_is_spelled_as_codes_are() -> None:
    assert [kind.code for kind in told() if not re.fullmatch(r"[a-z]+(_[a-z]+)*", kind.code)] == []


def test_every_kind_says_in_one_sentence_what_is_wrong() -> None:
    wordless = [
        kind.__name__
        for kind in told()
        if not (vars(kind).get("__doc__") or "").strip()
        or kind.title().startswith(f"{kind.__name__}(")
        or not kind.title().endswith(".")
    ]
    assert wordless == []


def test_every_kind_has_a_status_of_a_refusal() -> None:
    assert [kind.__name__ for kind in told() if not 400 <= kind.status <= 599] == []


def test_no_fact_hides_a_member_of_the_problem_it_stands_beside() -> None:
    taken = {"type", "title", "status", "code", "detail", "request_id"}
    hiding = {
        kind.__name__: taken & {field.name for field in fields(kind)}
        for kind in told()
        if kind.facts is PairlyError.facts and taken & {field.name for field in fields(kind)}
    }
    assert hiding == {}
