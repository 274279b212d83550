"""References in a template, and what they stand for."""

from typing import Any

import pytest

from infra.package.resolving import references, resolve

KNOWN = {"AWS::Region": "eu-west-1", "Table": "pairly-dev-wallets", "Table.Arn": "arn:x"}
FORMS: dict[str, tuple[Any, Any]] = {
    "a reference": ({"Ref": "Table"}, "pairly-dev-wallets"),
    "an attribute, as a list": ({"Fn::GetAtt": ["Table", "Arn"]}, "arn:x"),
    "an attribute, as text": ({"Fn::GetAtt": "Table.Arn"}, "arn:x"),
    "a text": (
        {"Fn::Sub": "${AWS::Region}/${Table}/${Table.Arn}"},
        "eu-west-1/pairly-dev-wallets/arn:x",
    ),
    "a text with names of its own": (
        {"Fn::Sub": ["${AWS::Region}/${Own}", {"Own": {"Ref": "Table"}}]},
        "eu-west-1/pairly-dev-wallets",
    ),
    "a text whose own name hides another": ({"Fn::Sub": ["${Table}", {"Table": "own"}]}, "own"),
    "what is meant as it stands": ({"Fn::Sub": "${!Table} $connect"}, "${Table} $connect"),
    "parts": ({"Fn::Join": ["-", ["a", {"Ref": "Table"}, 1]]}, "a-pairly-dev-wallets-1"),
    "what refers to nothing": ({"a": [1, True, None, "x"]}, {"a": [1, True, None, "x"]}),
    "a member called Ref": ({"Ref": "Table", "b": 1}, {"Ref": "Table", "b": 1}),
    "deep inside": ({"a": [{"b": {"Ref": "Table"}}]}, {"a": [{"b": "pairly-dev-wallets"}]}),
}


@pytest.mark.parametrize(("value", "expected"), FORMS.values(), ids=FORMS)
def test_a_reference_is_replaced_by_what_it_stands_for(value: Any, expected: Any) -> None:
    assert resolve(value, KNOWN) == expected


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ({"Ref": "Nobody"}, "Nobody"),
        ({"Fn::GetAtt": ["Table", "StreamArn"]}, "Table.StreamArn"),
        ({"Fn::Sub": "${Table}/${Nobody}"}, "Nobody"),
        ({"Fn::Join": ["", [{"Ref": "Nobody"}]]}, "Nobody"),
        ([{"a": {"Ref": "Nobody"}}], "Nobody"),
        ({"Fn::Split": [",", "a,b"]}, "Fn::Split"),
    ],
)
def test_what_is_not_known_is_said_by_name(value: Any, named: str) -> None:
    with pytest.raises(LookupError, match=rf"\A{named} is not (known|understood)\Z"):
        resolve(value, KNOWN)


def test_the_value_itself_stays_as_it_was() -> None:
    value = {"a": [{"Ref": "Table"}]}

    resolve(value, KNOWN)

    assert value == {"a": [{"Ref": "Table"}]}


def test_references_are_found_wherever_they_stand_and_whether_known_or_not() -> None:
    value = {
        "a": [{"Ref": "One"}],
        "b": {"Fn::Sub": "${Two.Arn}/${!Three}/${AWS::Region}"},
        "c": {"Fn::Join": ["", [{"Fn::GetAtt": ["Four", "Arn"]}]]},
        "d": {"Fn::If": ["Condition", {"Ref": "Five"}, "x"]},
    }

    assert references(value) == {"One", "Two.Arn", "AWS::Region", "Four.Arn", "Five"}


def test_a_texts_own_names_are_not_references_and_what_they_stand_for_is() -> None:
    value = {"Fn::Sub": ["${Own}/${Other}", {"Own": {"Ref": "One"}}]}

    assert references(value) == {"One", "Other"}
