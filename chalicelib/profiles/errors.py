"""Refusals of profiles."""

from dataclasses import dataclass

from chalicelib.core.errors import Unprocessable


class AgesSwapped(Unprocessable):
    """The lowest age is higher than the highest."""

    code = "ages_swapped"


@dataclass(eq=False)
class PromptTwice(Unprocessable):
    """Two answers are to the same prompt."""

    code = "prompt_twice"
    prompt: str
