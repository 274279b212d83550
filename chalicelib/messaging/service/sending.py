"""Sending a message: one read, one decision, one transaction of message and charge."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib import wallet
from chalicelib.core import clock, db
from chalicelib.core.errors import PairlyError, TooManyRequests
from chalicelib.core.needs import fetches, finds, puts, seldom, updates
from chalicelib.core.schema import normalised
from chalicelib.core.settings import settings
from chalicelib.messaging.errors import RequestExpired
from chalicelib.messaging.models import Conversation, Message, entry_id_of, place_of
from chalicelib.messaging.service.scene import ENTERS, Scene, Who, enter

QUOTES = ENTERS + wallet.PRICES + fetches("wallets")
SENDS = (
    ENTERS
    + wallet.PRICES
    + wallet.CHARGES
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
    scene = _enter_to_pay(conversation_id, who)
    return Quote(
        credits=_price(scene),
        free_left=_free_left(scene),
        available_credits=wallet.spendable(scene.found[wallet.wallet_key(scene.user_id)]),
    )


def send(draft: Draft, who: Who) -> Message:
    """Keep a message and take its price, both or neither; a retry returns the first message.

    Raises NotFound, PriceChanged, InsufficientCredits, TooManyRequests, RequestExpired, and
    IdempotencyConflict if the client's id was used for another body. What was sent before is
    answered so even when its price, funds or time would be refused now.
    """
    return db.settle(lambda: _send_once(draft, who))


def _send_once(draft: Draft, who: Who) -> Message:
    scene = _enter_to_pay(draft.conversation_id, who)
    try:
        return _write(draft, scene)
    except (db.Duplicate, PairlyError) as refusal:
        receipt = refusal.found if isinstance(refusal, db.Duplicate) else None
        sent = _sent_before(draft, receipt or wallet.receipt(scene.user_id, draft.entry_id))
        if sent is None:
            raise
        return sent


def _enter_to_pay(conversation_id: str, who: Who) -> Scene:
    return enter(
        conversation_id,
        who,
        of_caller=lambda user_id: [wallet.wallet_key(user_id)],
        of_other=lambda user_id: [wallet.payee_key(user_id)],
    )


def _write(draft: Draft, scene: Scene) -> Message:
    at, conversation = clock.now(), scene.conversation
    price = _admit(draft, scene, at)
    message = Message(
        draft.conversation_id,
        int(conversation.seq) + 1,
        sender_id=scene.user_id,
        client_message_id=draft.client_message_id,
        body=normalised(draft.body),
        credits=price,
        sent_at=at,
        origin=scene.origin or None,
    )
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
    return message


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
    """Give the message its place, provided nobody took it and the conversation is still open."""
    seq = int(message.seq)
    side = Conversation.low if message.sender_id == conversation.members[0] else Conversation.high
    sender = conversation.side_of(message.sender_id)
    free = _free_quota_left(conversation, message.sender_id) > 0
    tx.update(
        Conversation(conversation.conversation_id),
        Conversation.seq.set(seq),
        side.set(sender.sends(seq, free=free, at=message.sent_at)),
        when=(Conversation.seq == seq - 1) & (Conversation.open == True),  # noqa: E712
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
