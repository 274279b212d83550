"""Credits that Pairly gives."""

from datetime import timedelta

from chalicelib.core import clock, db
from chalicelib.core.settings import settings
from chalicelib.core.telemetry import count
from chalicelib.wallet import lots
from chalicelib.wallet.models import Entry, Lot
from chalicelib.wallet.service.expiry import HOUSE_ISSUED, expire_first
from chalicelib.wallet.service.wallets import POSTS, SHOWS, post, wallet_of

GRANTS = SHOWS + POSTS


def grant(user_id: str, *, reason: str, credits: int, days: int) -> None:
    """Give promotional credits, once for each reason. A repetition does nothing."""

    def give_once() -> None:
        at = clock.now()
        wallet = wallet_of(user_id)
        expire_first(wallet, at)
        given = [Lot(source=reason, credits=credits, expires_at=at + timedelta(days=days))]
        entry = Entry(
            user_id,
            f"grant/{reason}",
            kind="grant",
            amount=credits,
            legs={f"member:{user_id}": credits, HOUSE_ISSUED: -credits},
            lots=given,
            reference=reason,
            posted_at=at,
        )
        with db.transaction() as tx:
            post(tx, wallet, lots.give(wallet, given), entry)

    try:
        db.settle(give_once)
    except db.Duplicate:
        return  # given before
    count("CreditsGranted", credits)


def grant_signup(user_id: str) -> None:
    """What every new member gets."""
    grant(
        user_id,
        reason="signup",
        credits=settings().signup_grant_credits,
        days=settings().signup_grant_days,
    )
