"""Why a socket is refused."""

from chalicelib.core.errors import Unauthorized


class InvalidTicket(Unauthorized):
    """The ticket is unknown, used or expired; ask for a new one."""

    code = "invalid_ticket"


class NotConnected(Unauthorized):
    """This socket is no longer known; connect again."""

    code = "not_connected"
