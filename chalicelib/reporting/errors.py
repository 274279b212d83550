"""Why a report is refused."""

from chalicelib.core.errors import Unprocessable


class ReportedOneself(Unprocessable):
    """You cannot report yourself."""

    code = "reported_oneself"
