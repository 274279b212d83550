"""What may come in, and in which words it is refused: msgspec's texts, held golden."""

import json
from datetime import datetime
from enum import Enum
from typing import Annotated, Any, Literal

import msgspec
import pytest

from chalicelib.core import schema
from chalicelib.core.errors import Invalid, MalformedJson, PayloadTooLarge
from chalicelib.core.settings import settings

CONVERSATION = "cnv_" + "0" * 52
FORM = "has characters or a form that is not allowed"
UNKNOWN = "is not a field we know"
ZONED = "expected `datetime` with a timezone component"
FULL = {"weight": 100}


class Colour(Enum):
    RED = "red"


class Tag(schema.In, frozen=True):
    weight: schema.Limit


class Bubble(schema.In, frozen=True):
    body: Annotated[str, msgspec.Meta(pattern=schema.SOMETHING_ON_ANY_LINES, max_length=4000)]


class Letter(schema.In, frozen=True):
    title: schema.Text = "untitled"
    size: Annotated[str, msgspec.Meta(min_length=3, max_length=5)] = "three"
    count: schema.Limit = 1
    tags: Annotated[list[Tag], msgspec.Meta(max_length=2)] = msgspec.field(default_factory=list)
    seen: dict[schema.ConversationId, Annotated[int, msgspec.Meta(ge=0)]] = msgspec.field(
        default_factory=dict
    )
    named: Annotated[dict[str, Tag], msgspec.Meta(max_length=1)] = msgspec.field(
        default_factory=dict
    )
    at: schema.Instant | None = None
    colour: Colour | None = None
    kind: Literal["long", "short"] = "long"
    writer: schema.UserId | None = None
    sealed: bool = False


GOLDEN = [
    # what is sent, where it is wrong, the rule, in words
    ({"tags": [{}]}, "$.tags[0].weight", "required", "is required"),
    ({"zz": 1}, "$.zz", "unknown_field", UNKNOWN),
    ({"title": 5}, "$.title", "type", "expected `str`, got `int`"),
    ({"title": None}, "$.title", "type", "expected `str`, got `null`"),
    ({"title": "x" * 257}, "$.title", "length", "expected `str` of length <= 256"),
    ({"title": "a\nb"}, "$.title", "pattern", FORM),
    ({"title": "a\0"}, "$.title", "pattern", FORM),
    ({"title": "a\u2028"}, "$.title", "pattern", FORM),
    ({"size": "ab"}, "$.size", "length", "expected `str` of length >= 3"),
    ({"count": 0}, "$.count", "range", "expected `int` >= 1"),
    ({"count": 101}, "$.count", "range", "expected `int` <= 100"),
    ({"count": 10**30}, "$.count", "range", "expected `int` <= 100"),
    ({"count": -(10**30)}, "$.count", "range", "expected `int` >= 1"),
    ({"count": "1"}, "$.count", "type", "expected `int`, got `str`"),
    ({"count": 1.5}, "$.count", "type", "expected `int`, got `float`"),
    ({"count": True}, "$.count", "type", "expected `int`, got `bool`"),
    ({"sealed": 1}, "$.sealed", "type", "expected `bool`, got `int`"),
    ({"tags": {}}, "$.tags", "type", "expected `array`, got `object`"),
    ({"tags": [3]}, "$.tags[0]", "type", "expected `object`, got `int`"),
    ({"tags": [{"weight": 1}] * 3}, "$.tags", "length", "expected `array` of length <= 2"),
    ({"tags": [{"weight": 1}, {}]}, "$.tags[1].weight", "required", "is required"),
    ({"tags": [{"weight": 0}]}, "$.tags[0].weight", "range", "expected `int` >= 1"),
    ({"tags": [{"weight": 1, "q": 1}]}, "$.tags[0].q", "unknown_field", UNKNOWN),
    ({"seen": {"me": 1}}, "$.seen", "pattern", FORM),
    ({"seen": {CONVERSATION: -1}}, "$.seen[...]", "range", "expected `int` >= 0"),
    ({"named": {"a": {"weight": 0}}}, "$.named[...].weight", "range", "expected `int` >= 1"),
    ({"named": {"a": FULL, "b": FULL}}, "$.named", "length", "expected `object` of length <= 1"),
    ({"at": "yesterday"}, "$.at", "format", "invalid rfc3339 encoded datetime"),
    ({"at": "2024-02-30T00:00:00Z"}, "$.at", "format", "invalid rfc3339 encoded datetime"),
    ({"at": "2024-02-28T00:00:00"}, "$.at", "type", ZONED),
    ({"colour": "blue"}, "$.colour", "choice", "invalid enum value 'blue'"),
    ({"kind": "wide"}, "$.kind", "choice", "invalid enum value 'wide'"),
    ({"writer": "usr_nobody"}, "$.writer", "pattern", FORM),
    ([], "$", "type", "expected `object`, got `array`"),
    (None, "$", "type", "expected `object`, got `null`"),
    ("x", "$", "type", "expected `object`, got `str`"),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "at", "rule", "message"), GOLDEN)
def test_a_fault_is_told_by_place_rule_and_words(
    sent: Any, at: str, rule: str, message: str
) -> None:
    with pytest.raises(Invalid) as refused:
        schema.decode(json.dumps(sent).encode(), Letter)

    fault = refused.value
    assert (fault.at, fault.rule, fault.message) == (at, rule, message)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"{}{}",
        b'{"title": "x"} ...',
        b"{'title': 'x'}",
        b'{"title": "x",}',
        b'{"title": NaN}',
        b'{"count": 01}',
        b'{"title": "\xff"}',
        b'{"title": "\xed\xa0\x80"}',
        b'{"title": "\\ud800"}',
        b'{"title": "\\udc00\\ud800"}',
        b'{"title": "\x00"}',
        b'\xef\xbb\xbf{"title": "x"}',
    ],
)
def test_what_is_not_json_text_is_malformed(raw: bytes) -> None:
    with pytest.raises(MalformedJson):
        schema.decode(raw, Letter)


@pytest.mark.parametrize("nest", [("[", "]"), ('{"a":', "}")])
@pytest.mark.parametrize("field", ["title", "tags", "unknown"])
def test_deep_nesting_is_refused_and_never_crashes(nest: tuple[str, str], field: str) -> None:
    depth = 20_000
    raw = f'{{"{field}": {nest[0] * depth}1{nest[1] * depth}}}'.encode()

    with pytest.raises((Invalid, MalformedJson)):
        schema.decode(raw, Letter)


def test_of_a_key_given_twice_the_last_counts() -> None:
    letter = schema.decode(b'{"title": "first", "title": "last"}', Letter)

    assert letter.title == "last"


def test_a_body_over_the_limit_is_not_read_at_all() -> None:
    limit = settings().body_bytes_max

    with pytest.raises(PayloadTooLarge):
        schema.decode(b"x" * (limit + 1), Letter)
    with pytest.raises(MalformedJson):
        schema.decode(b"x" * limit, Letter)


def test_words_of_a_query_become_numbers_but_keep_their_rules() -> None:
    assert schema.convert({"title": "7", "count": "7"}, Letter) == Letter(title="7", count=7)

    with pytest.raises(Invalid) as refused:
        schema.convert({"title": "7", "count": "seven"}, Letter)
    assert (refused.value.at, refused.value.rule) == ("$.count", "type")


@pytest.mark.parametrize(
    "blank",
    [
        *("", " ", "\n", "\u00a0", "\u3000", "\u00ad", "\u034f", "\u115f\u1160", "\u180e"),
        *("\u200b", "\u200d", "\u200e", "\u2028", "\u202e", "\u2060", "\u2800", "\u3164"),
        *("\ufe0f", "\ufeff", "\uffa0", "\u3164 \u2800\n\u200b" * 399),
    ],
)
def test_what_shows_nothing_is_not_something(blank: str) -> None:
    with pytest.raises(Invalid) as refused:
        schema.decode(json.dumps({"body": blank}).encode(), Bubble)
    assert (refused.value.at, refused.value.rule) == ("$.body", "pattern")

    for shown in ("a", ".", "🙂", "ل", "한", "⠁"):
        body = f"{blank}{shown}{blank}"
        assert schema.decode(json.dumps({"body": body}).encode(), Bubble).body == body


def test_an_instant_keeps_its_offset() -> None:
    letter = schema.decode(b'{"at": "2024-02-29T12:00:00+05:30"}', Letter)

    assert letter.at == datetime.fromisoformat("2024-02-29T06:30:00+00:00")


def test_equal_texts_have_equal_bytes_once_normalised() -> None:
    assert schema.normalised("e\u0301") == schema.normalised("é") == "é"
