"""What operations say."""

from chalicelib.core.schema import Out


class Health(Out, frozen=True):
    """How it is."""

    status: str
