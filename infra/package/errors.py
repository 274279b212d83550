"""How packaging is refused."""


class NotPackaged(Exception):
    """Nothing was packaged; the message says why, and what to do."""


class UnknownStage(NotPackaged):
    """The stage that was asked for is none of those that there are."""
