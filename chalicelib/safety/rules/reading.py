"""A text as it reads: what rules are matched against. Every step takes one look at each character.

Characters are folded one by one, so that a long run of marks is never sorted, as Unicode's
normalisation of a whole text would in the square of its length.
"""

import unicodedata
from functools import lru_cache
from itertools import groupby

INVISIBLE = frozenset({"Cf", "Mn", "Me"})
"""Categories that a reader does not see by themselves: joiners, accents, circles around."""
EXPANDED_MAX = 4
"""No longer may be what one character stands for: a whole phrase in one is an ornament."""
LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһӏкмтвαοερτικν\u2212\u3002\u2800",
    "aeopcyxijsdhlkmtbaoeptikv-. ",
    "\u115f\u1160",
)
"""What reads as Latin: letters, Cyrillic, then Greek, in lower case; signs; letters of no shape."""
SIGNS = {"Pd": "-", "Zs": " ", "Zl": "\n", "Zp": "\n"}
"""One sign for each category whose characters all say the same."""
NUMBER_WORDS = (
    "zero one two three four five six seven eight nine",
    "null eins zwei drei vier funf sechs sieben acht neun",
    "cero uno dos tres cuatro cinco seis siete ocho nueve",
    "zero un deux trois quatre cinq six sept huit neuf",
    "shunya ek do teen char panch chhe saat aath nau",
)
"""The digits in words, by language: English, German, Spanish, French, Hindi."""
SPELLED = {
    **{word: str(digit) for words in NUMBER_WORDS for digit, word in enumerate(words.split())},
    "oh": "0",
    "ten": "10",
    "zehn": "10",
    "diez": "10",
    "dix": "10",
    "zwo": "2",
    "fuenf": "5",
    "sunya": "0",
    "chaar": "4",
    "paanch": "5",
    "chah": "6",
    "cheh": "6",
    "double": "",
    "triple": "",
}
WORD_LENGTHS = sorted({len(word) for word in SPELLED}, reverse=True)
BEGINNINGS = {word[:2] for word in SPELLED}
DIGIT_LIKES = frozenset("oil")
DIGIT_LIKE = str.maketrans("oil", "011")
CHARACTERS_REMEMBERED = 4096


def plain(text: str) -> str:
    """The text in lower case, look-alikes and compatible forms folded, invisible marks gone."""
    return text.lower() if text.isascii() else "".join(map(_folded, text))


@lru_cache(CHARACTERS_REMEMBERED)
def _folded(character: str) -> str:
    seen = "".join(
        _sign(each)
        for each in unicodedata.normalize("NFKD", character)
        if unicodedata.category(each) not in INVISIBLE
    )
    return seen.casefold().translate(LOOKALIKES) if len(seen) <= EXPANDED_MAX else " "


def _sign(character: str) -> str:
    """An ASCII digit for a digit of any script or ornament, and one dash or blank for all."""
    value = unicodedata.digit(character, None)
    if value is not None:
        return str(value)
    return SIGNS.get(unicodedata.category(character), character)


def digits(plain_text: str) -> str:
    """The same in ASCII, with digits that are spelled out or written as letters made digits.

    Other letters become "x", and other signs "~".
    """
    runs = ["".join(run) for _, run in groupby(plain_text, str.isalpha)]
    words_from = 0 if plain_text[:1].isalpha() else 1
    around = ["", *runs, ""]
    for place in range(words_from, len(runs), 2):
        runs[place] = _as_digits(runs[place], around[place], around[place + 2])
    read = "".join(runs)
    return read if read.isascii() else "".join(map(_in_ascii, read))


@lru_cache(CHARACTERS_REMEMBERED)
def _in_ascii(character: str) -> str:
    if character.isascii():
        return character
    return "x" if character.isalpha() else "~"


def _as_digits(word: str, before: str, after: str) -> str:
    if word in SPELLED:
        return SPELLED[word]
    if len(word) > 2:
        return _run_together(word) if word[:2] in BEGINNINGS else word
    beside_a_digit = before[-1:].isdecimal() or after[:1].isdecimal()
    return word.translate(DIGIT_LIKE) if beside_a_digit and DIGIT_LIKES.issuperset(word) else word


def _run_together(word: str) -> str:
    """The digits of "zeroone", or the word itself if anything else is in it."""
    found, place = [], 0
    while place < len(word):
        parts = (word[place : place + length] for length in WORD_LENGTHS)
        part = next((part for part in parts if part in SPELLED), None)
        if part is None:
            return word
        found.append(SPELLED[part])
        place += len(part)
    return " ".join(found)
