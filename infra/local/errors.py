"""Why the stack may not come up."""


class NotStarted(Exception):
    """A part of the stack did not come up; the message says which, and what to do."""


class Lacking(NotStarted):
    """A package's template has not what it takes to run it."""
