"""What can be chosen in a profile. Clients translate these words; one that was released stays.

An interest's position is its bit in the index: new ones go to the end, and none is taken out.
"""

from typing import Literal, get_args

Gender = Literal["woman", "man", "nonbinary"]
Intent = Literal["relationship", "dating", "friends", "unsure"]
Visibility = Literal["visible", "paused", "incognito"]
Language = Literal[
    "aa", "ab", "ae", "af", "ak", "am", "an", "ar", "as", "av", "ay", "az", "ba", "be", "bg", "bi",
    "bm", "bn", "bo", "br", "bs", "ca", "ce", "ch", "co", "cr", "cs", "cu", "cv", "cy", "da", "de",
    "dv", "dz", "ee", "el", "en", "eo", "es", "et", "eu", "fa", "ff", "fi", "fj", "fo", "fr", "fy",
    "ga", "gd", "gl", "gn", "gu", "gv", "ha", "he", "hi", "ho", "hr", "ht", "hu", "hy", "hz", "ia",
    "id", "ie", "ig", "ii", "ik", "io", "is", "it", "iu", "ja", "jv", "ka", "kg", "ki", "kj", "kk",
    "kl", "km", "kn", "ko", "kr", "ks", "ku", "kv", "kw", "ky", "la", "lb", "lg", "li", "ln", "lo",
    "lt", "lu", "lv", "mg", "mh", "mi", "mk", "ml", "mn", "mr", "ms", "mt", "my", "na", "nb", "nd",
    "ne", "ng", "nl", "nn", "no", "nr", "nv", "ny", "oc", "oj", "om", "or", "os", "pa", "pi", "pl",
    "ps", "pt", "qu", "rm", "rn", "ro", "ru", "rw", "sa", "sc", "sd", "se", "sg", "si", "sk", "sl",
    "sm", "sn", "so", "sq", "sr", "ss", "st", "su", "sv", "sw", "ta", "te", "tg", "th", "ti", "tk",
    "tl", "tn", "to", "tr", "ts", "tt", "tw", "ty", "ug", "uk", "ur", "uz", "ve", "vi", "vo", "wa",
    "wo", "xh", "yi", "yo", "za", "zh", "zu",
]  # fmt: skip
"""By ISO 639-1."""

Prompt = Literal[
    "a_perfect_sunday", "i_am_looking_for", "we_will_get_along_if", "i_geek_out_on",
    "my_simple_pleasures", "the_way_to_win_me_over", "two_truths_and_a_lie", "best_trip_ever",
    "i_am_weirdly_attracted_to", "my_most_useless_skill",
]  # fmt: skip
Interest = Literal[
    "art", "astronomy", "badminton", "baking", "basketball", "birdwatching", "board_games", "books",
    "boxing", "cats", "chess", "cinema", "climbing", "coffee", "comedy", "cooking", "cricket",
    "cycling", "dance", "design", "dogs", "fashion", "festivals", "fishing", "football",
    "gardening", "golf", "guitar", "hiking", "history", "jazz", "karaoke", "languages",
    "meditation", "motorbikes", "museums", "opera", "painting", "philosophy", "photography",
    "piano", "podcasts", "poetry", "politics", "pottery", "running", "sailing", "science",
    "singing", "skiing", "surfing", "swimming", "tea", "tennis", "theatre", "travel", "video_games",
    "volunteering", "wine", "yoga",
]  # fmt: skip

INTERESTS: tuple[str, ...] = get_args(Interest)
