"""Why something about another member is refused."""

from dataclasses import dataclass

from chalicelib.core.errors import Unprocessable


@dataclass(eq=False)
class TextRefused(Unprocessable):
    """The text breaks rules that keep members safe; nothing of it was kept."""

    code = "text_refused"
    rules: list[str]
