"""Whether what everything stands on is there."""

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from chalicelib import accounts
from chalicelib.core import db, keys
from chalicelib.core.errors import Busy, NotReady
from chalicelib.core.needs import fetches
from chalicelib.core.telemetry import logger

CHECKS = fetches("members") + keys.SIGNS


def check_ready() -> None:
    """Read an item that need not exist, and the keyring. Raises NotReady."""
    try:
        db.fetch(accounts.member_key("usr_readiness"))
        keys.active_key("readiness")
    except (Busy, BotoCoreError, ClientError, PynamoDBException, LookupError) as failure:
        logger.warning("not ready", exc_info=True)
        raise NotReady() from failure
