"""Why something in a conversation is refused."""

from chalicelib.core.errors import Conflict, Unprocessable


class RequestExpired(Conflict):
    """This request was to be carried out by a time that has passed."""

    code = "request_expired"


class NoSuchSeq(Unprocessable):
    """The conversation has no message of that number yet."""

    code = "no_such_seq"
