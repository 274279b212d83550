"""What the wallet does when it hears of something."""

from chalicelib.accounts.events import MemberJoined
from chalicelib.realtime import push
from chalicelib.wallet.events import EntryPosted
from chalicelib.wallet.schemas import WalletUpdated
from chalicelib.wallet.service.grants import grant_signup


def welcome(joined: list[MemberJoined]) -> None:
    """Give new members the sign-up credits."""
    for member in joined:
        grant_signup(member.user_id)


def announce(posted: list[EntryPosted]) -> None:
    """Tell all of one member's devices what became of the wallet: the newest entry says it all."""
    newest = max(posted, key=lambda entry: entry.number)
    push(
        [newest.user_id],
        WalletUpdated(
            available_credits=newest.balance,
            amount_credits=newest.amount,
            kind=newest.kind,
            entry_id=newest.entry_id,
            entry_number=newest.number,
        ),
    )
