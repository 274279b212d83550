"""Sending a message: one read, one decision, one transaction of message and charge."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib import accounts, wallet
from chalicelib.core import clock, db
from chalicelib.core.errors import PairlyError, TooManyRequests
from chalicelib.core.needs import fetches, finds, puts, seldom, updates
from chalicelib.core.schema import normalised
from chalicelib.core.settings import settings
from chalicelib.messaging.errors import RequestExpired
from chalicelib.messaging.models import Conversation, Message, entry_id_of, place_of
from chalicelib.messaging.service.judging import JUDGES_TEXT, Judged, judge
from chalicelib.messaging.service.scene import ENTERS, KeysOf, Scene, Who, enter

QUOTES = ENTERS + wallet.PRICES + fetches("wallets")
SENDS = (
    ENTERS
    + wallet.PRICES
    + wallet.CHARGES
    + JUDGES_TEXT
    + updates("conversations")
    + puts("messages")
    + seldom("only a message that was sent before is read", finds("messages"))
)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A message as its sender wants it.

    quoted_credits  the price the sender was shown: nobody pays another
    expires_at      not to be carried out from then on, if given
    """

    conversation_id: str
    client_message_id: str
    body: str
    quoted_credits: int
    expires_at: datetime | None = None

    @property
    def entry_id(self) -> str:
        """The permanent key of the message, in its sender's wallet."""
        return entry_id_of(self.conversation_id, self.client_message_id)

    @property
    def request(self) -> bytes:
        """What makes two requests with one id the same."""
        return normalised(self.body).encode()


@dataclass(frozen=True)
class Quote:
    """What the next message costs its sender."""

    credits: int
    free_left: int
    available_credits: int


def quote(conversation_id: str, who: Who) -> Quote:
    """What the caller's next message would cost now. Raises NotFound."""
    scene = _enter_to_pay(conversation_id, who, _payer)
    return Quote(
        credits=_price(scene),
        free_left=_free_left(scene),
        available_credits=wallet.spendable(scene.found[wallet.wallet_key(scene.user_id)]),
    )


def send(draft: Draft, who: Who) -> Message:
    """Keep a message and take its price, both or neither; a retry returns the first message.

    Raises NotFound, PriceChanged, InsufficientCredits, TooManyRequests, RequestExpired,
    TextRefused, and IdempotencyConflict if the client's id was used for another body. What was sent
    before is answered so even when its price, funds, time or words would be refused now.
    """
    return db.settle(lambda: _send_once(draft, who))


def _send_once(draft: Draft, who: Who) -> Message:
    scene = _enter_to_pay(draft.conversation_id, who, _payer_and_writer)
    try:
        return _write(draft, scene)
    except (db.Duplicate, PairlyError) as refusal:
        receipt = refusal.found if isinstance(refusal, db.Duplicate) else None
        sent = _sent_before(draft, receipt or wallet.receipt(scene.user_id, draft.entry_id))
        if sent is None:
            raise
        return sent


def _payer(user_id: str) -> list[db.Key[Any]]:
    return [wallet.wallet_key(user_id)]


def _payer_and_writer(user_id: str) -> list[db.Key[Any]]:
    return [*_payer(user_id), accounts.member_key(user_id)]


def _enter_to_pay(conversation_id: str, who: Who, of_caller: KeysOf) -> Scene:
    return enter(
        conversation_id,
        who,
        of_caller=of_caller,
        of_other=lambda user_id: [wallet.payee_key(user_id)],
    )


def _write(draft: Draft, scene: Scene) -> Message:
    at, conversation = clock.now(), scene.conversation
    price = _admit(draft, scene, at)
    judged = judge(draft.body, scene)
    message = _message(draft, scene, price, judged, at)
    due = wallet.Charge(
        entry_id=draft.entry_id,
        credits=price,
        payee_id=scene.other_id,
        reference=message.message_id,
        request=draft.request,
    )

    with db.transaction() as tx:
        if price:
            payer = scene.found[wallet.wallet_key(scene.user_id)]
            wallet.charge(tx, payer, scene.user_id, due)
        else:
            wallet.waive(tx, scene.user_id, due)
        _advance(tx, conversation, message)
        tx.put(message, otherwise=db.Stale())
        judged.remember(tx)
    return message


def _message(draft: Draft, scene: Scene, price: int, judged: Judged, at: datetime) -> Message:
    return Message(
        draft.conversation_id,
        int(scene.conversation.seq) + 1,
        sender_id=scene.user_id,
        client_message_id=draft.client_message_id,
        body=normalised(draft.body),
        credits=price,
        sent_at=at,
        origin=scene.origin or None,
        flags=judged.flags or None,
    )


def _admit(draft: Draft, scene: Scene, at: datetime) -> int:
    """What the message costs, if it may be sent now."""
    if draft.expires_at is not None and draft.expires_at <= at:
        raise RequestExpired()
    wait_seconds = scene.conversation.side_of(scene.user_id).seconds_to_wait(at)
    if wait_seconds:
        raise TooManyRequests(retry_after_seconds=wait_seconds)
    price = _price(scene)
    if price != draft.quoted_credits:
        raise wallet.PriceChanged(price_credits=price)
    return price


def _advance(tx: db.Transaction, conversation: Conversation, message: Message) -> None:
    """Give the message its place, provided that nobody took it, blocked or ended it meanwhile."""
    seq = int(message.seq)
    side = Conversation.low if message.sender_id == conversation.members[0] else Conversation.high
    sender = conversation.side_of(message.sender_id)
    free = _free_quota_left(conversation, message.sender_id) > 0
    tx.update(
        Conversation(conversation.conversation_id),
        Conversation.seq.set(seq),
        side.set(sender.sends(seq, free=free, at=message.sent_at)),
        when=(Conversation.seq == seq - 1)
        & (Conversation.open == True)  # noqa: E712
        & Conversation.barred_by.does_not_exist(),
        otherwise=db.Stale(),
    )


def _sent_before(draft: Draft, receipt: wallet.Entry | None) -> Message | None:
    """The message that this client id stands for already, if there is one."""
    if receipt is None:
        return None
    conversation_id, seq = place_of(wallet.replayed(receipt, draft.request))
    return Message.find(conversation_id, seq)


def _price(scene: Scene) -> int:
    if _free_left(scene):
        return 0
    return wallet.prices_of(scene.found[wallet.payee_key(scene.other_id)]).message_credits


def _free_left(scene: Scene) -> int:
    return _free_quota_left(scene.conversation, scene.user_id)


def _free_quota_left(conversation: Conversation, user_id: str) -> int:
    used = int(conversation.side_of(user_id).free_used)
    return max(0, settings().free_messages_per_conversation - used)
