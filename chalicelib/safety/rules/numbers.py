r"""Numbers, as data: the shapes of telephone numbers, and those of the numbers that are none.

Patterns see the reading `digits`: ASCII alone, in which whatever is neither a letter nor a digit
may stand between two digits. `OTHERS` is replaced before a telephone number is looked for. In it
the first pattern that fits at a place decides, so its order matters: what is `KEPT` from it comes
before whatever would take a part of it away.
"""

from collections.abc import Sequence

PHONE_DIGITS_MIN = 8

_GAP = r"[^0-9a-z+]{0,4}"
"""What may stand between two digits of one number."""
_BREAK = r"[^0-9a-z+]{1,4}"
"""The same where something must."""
_LIST = r"[ ,;&/\n\-]{1,4}"
"""What stands between the numbers of a list."""
_JOINT = r"[^0-9a-z+,;:/]{1,4}"
"""What stands between the groups of one number, and not between the numbers of a list."""
_START = r"(?:^|[^0-9a-z])"
_END = r"(?:$|[^0-9a-z])"

_DAY, _MONTH = r"(?:0?[1-9]|[12][0-9]|3[01])", r"(?:0?[1-9]|1[0-2])"
_YEAR = r"(?:19|20)[0-9]{2}"
_PAIR = r"[0-9]{2}"
_TIME = r"[0-2]?[0-9][:.][0-5][0-9]"
_SCORE = r"(?:[0-9]|[1-9][0-9])[\-:][0-9]{1,2}"


def _counted(numbers: Sequence[int], *, at_least: int) -> str:
    """The first of some numbers, one after the other: `at_least` so many, or more of them."""
    first, *rest = numbers
    further = f"{_BREAK}{_counted(rest, at_least=at_least - 1)}" if rest else ""
    return rf"0?{first}\b" + (further if at_least > 1 or not rest else f"(?:{further})?")


def _joined(times: str, group: str) -> str:
    """Groups with the same one sign between any two of them."""
    return "|".join(rf"\b{group}(?:{joint}{group}){times}\b" for joint in (r"\.", "-", "/", ":"))


_REPEATED = "|".join(
    rf"\b{digit}(?:{_BREAK}{digit}){{4,}}\b|\b{digit}{{7,}}\b" for digit in "0123456789"
)

_KEPT_FIRST = (
    _joined("{4}", _PAIR),  # 06.12.34.56.78
    r"\b[0-9]{3}/[0-9]{3}/[0-9]{4}\b",
)
_OTHERS_FIRST = (
    r"\+? ?\b[1-9][0-9]{0,2}(?:[ .,']000){1,5}\b",  # + 1 000 000
    r"\b[1-9][0-9]{0,2}(?:[ .,'][0-9]{3}){0,4}[ .,']000\b",
    r"\b[1-9][0-9]{0,2}0{6,}\b",
    rf"\b{_DAY}[./\-]{_MONTH}[./\-](?:{_YEAR}|[0-9]{{2}})\b",
    rf"\b{_MONTH}[./\-]{_DAY}[./\-](?:{_YEAR}|[0-9]{{2}})\b",
    rf"\b{_YEAR}[./\-]{_MONTH}[./\-]{_DAY}\b",
    rf"\b{_DAY}\.{_MONTH}\.(?:[^0-9]|$)",
    rf"\b{_YEAR}(?:{_LIST}{_YEAR})+\b",
    r"\b97[89][ \-]?(?:[0-9][ \-]?){9}[0-9]\b",  # ISBN
    r"\bisbn[ :\-]{0,3}[0-9]{1,5}[ \-][0-9]{1,7}[ \-][0-9]{1,7}[ \-][0-9x]\b",
    rf"\b{_counted(range(1, 13), at_least=3)}",
    rf"\b{_counted(range(10, -1, -1), at_least=4)}",
    _REPEATED,
    r"\b[01]{4,}(?: [01]{4,})+\b|\b[01]{7,}\b",
    rf"\b[1-9][0-9]{{0,3}}0(?:{_LIST}[1-9][0-9]{{0,3}}0)+\b",  # 100, 200, 300
    rf"\b[0-2][0-9]/[0-2][0-9](?:{_LIST}[0-2][0-9]/[0-2][0-9])+\b",  # seasons
    rf"\b{_TIME}(?:{_LIST}{_TIME})+\b",
    r"\b[0-2]?[0-9]:[0-5][0-9]:[0-5][0-9]\b",
    rf"\b{_SCORE}(?:[ ,;/\n]{{1,3}}{_SCORE})+\b",
    r"\b[1-9][0-9]{0,3}(?: ?/ ?[0-9]{1,4}){1,4}\b",  # 180/75/1990
)
_KEPT = (
    rf"(?:^|[^0-9a-z+])\+ ?\(?[1-9](?:{_GAP}[0-9]){{7,14}}",
    _joined("{2,}", "[0-9]+"),
    rf"\b[0-9](?:{_BREAK}[0-9]\b){{7,}}",
    rf"\b{_PAIR}(?:{_BREAK}{_PAIR}\b){{4,}}",
)
_OTHERS = (
    rf"\b{_TIME}\b",
    r"\b(?:0|[1-9][0-9]?)[.,][0-9]+\b",
    r"\b[1-9][0-9]{2,3}[.,][0-9]{1,2}\b",
)
_KEPT_LAST = (rf"\b00?[1-9](?:{_GAP}[0-9]){{7,13}}",)


def _either(patterns: tuple[str, ...]) -> str:
    return "|".join(patterns)


OTHERS = (
    rf"({_either(_KEPT_FIRST)})|{_either(_OTHERS_FIRST)}"
    rf"|({_either(_KEPT)})|{_either(_OTHERS)}|({_either(_KEPT_LAST)})"
)
"""Days, times, prices, sizes, scores and the like; a group of it is what is kept."""
IN_PLACE_OF_OTHERS = b" x "
"""A letter, across which no number goes on."""

PHONE = _either(
    (
        rf"(?:^|[^0-9a-z+])\+ ?\(?[1-9](?:{_GAP}[0-9]){{{PHONE_DIGITS_MIN - 1}}}",
        rf"{_START}00?[1-9](?:{_GAP}[0-9]){{7}}",
        rf"{_START}[0-9]{{9,15}}{_END}",
        rf"{_START}[0-9](?:{_BREAK}[0-9]){{8}}{_END}",
        rf"{_START}[6-9][0-9]{{4}}{_JOINT}[0-9]{{5}}{_END}",
        rf"{_START}(?:1{_BREAK})?[2-9][0-9]{{2}}{_BREAK}[2-9][0-9]{{2}}{_BREAK}[0-9]{{4}}{_END}",
        rf"{_START}[6-9][0-9]{{2,3}}{_JOINT}[0-9]{{3}}{_JOINT}[0-9]{{3}}{_END}",
        rf"{_START}[6-9][0-9]{{2}}{_JOINT}(?:[0-9]{{3}}|[0-9]{{2}})(?:{_JOINT}[0-9]{{2}}){{2}}{_END}",
        rf"{_START}[1-9][0-9]{{1,3}}{_JOINT}[0-9]{{7,8}}{_END}",
    )
)
PERHAPS_PHONE = _either(
    (
        rf"{_START}[1-9][0-9]{{3}}(?:{_JOINT}[0-9]{{3,4}}){{2,3}}{_END}",
        rf"{_START}[1-9][0-9]{{2}}(?:{_JOINT}[0-9]{{3,4}}){{1,2}}{_JOINT}[0-9]{{4}}{_END}",
        rf"{_START}[5-9][0-9]{{2}}(?:{_BREAK}[0-9]{{3}}){{2}}{_END}",
        rf"{_START}[6-9][0-9](?:{_BREAK}[0-9]{{2}}){{4}}{_END}",
        rf"{_START}[1-9][0-9]{{4}}{_BREAK}[0-9]{{5}}{_END}",
        rf"{_START}[1-9][0-9]{{2,3}}{_JOINT}[0-9]{{6}}{_END}",
    )
)
