"""Pairly itself, as the stack runs it.

Import this only once the environment is complete: the app reads its settings when imported.
"""

from collections.abc import Callable

import app as pairly
from chalicelib.core import clock
from chalicelib.core.db import KINDS
from chalicelib.core.settings import settings
from infra.inventory import inventory
from infra.local import tables
from infra.local.inprocess import InProcess, rest_of
from infra.local.shortcut import shorten
from infra.local.stack import Deployed
from infra.local.wire import Wire


def load(now: Callable[[], float]) -> Deployed:
    """The app, reading its time from `now`."""
    clock.use(now)
    return Deployed(
        runner=InProcess(pairly.app, settings().stage),
        functions=inventory(pairly.app),
        rest=rest_of(pairly.app),
        create_tables=_create_tables,
        shorten=shorten,
    )


def _create_tables(wire: Wire) -> None:
    tables.create(KINDS, wire)
