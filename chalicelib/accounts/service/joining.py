"""Joining: ask with an address and a password, prove the address with a mailed code."""

from datetime import date, timedelta

from chalicelib.accounts import mails, passwords
from chalicelib.accounts.addresses import normalised_email
from chalicelib.accounts.errors import EmailTaken, InvalidCode, TooYoung
from chalicelib.accounts.models import Address, Member, Registration, Session
from chalicelib.accounts.service.sessions import Signing, new_session
from chalicelib.core import clock, db, ids, keys
from chalicelib.core.access import Role
from chalicelib.core.errors import Invalid
from chalicelib.core.limits import COUNTS, Limit
from chalicelib.core.needs import deletes, finds, puts, updates
from chalicelib.core.settings import settings

CODE_DIGITS = 6
AGE_YEARS_MAX = 120
REGISTERS = finds("addresses") + puts("registrations") + COUNTS + keys.SIGNS + mails.MAILS
VERIFIES = (
    updates("registrations")
    + deletes("registrations")
    + puts("addresses", "members", "sessions")
    + keys.SIGNS
)
REGISTRATIONS_BY_ACCOUNT = Limit(knocks=10, seconds=3600, by="account")
"""How many codes a mailbox can be sent, from however many addresses they are asked for."""


def register(email: str, *, password: str, birthdate: date) -> str:
    """Begin to join; returns the registration's id, and mails a code to the address.

    What is answered, and how long it takes, is the same for an address that has an account; its
    owner is told by mail. Raises TooYoung, Invalid and TooManyRequests. A retry begins anew and
    mails another code.
    """
    age = clock.age_on(birthdate, clock.now().date())
    if age < settings().age_years_min:
        raise TooYoung(age_years_min=settings().age_years_min)
    if age > AGE_YEARS_MAX:
        raise Invalid(at="$.birthdate", rule="range", message="is not that of anybody alive")
    address = normalised_email(email)
    REGISTRATIONS_BY_ACCOUNT.admit("accounts.register", address)
    registration_id, code = ids.new("reg"), ids.digits(CODE_DIGITS)
    registration = Registration(
        registration_id,
        email=address,
        password_hash=passwords.hashed(password),
        birthdate=birthdate,
        code_fingerprint=keys.fingerprint(_keyed(registration_id, code)),
        expires_at=clock.now() + timedelta(seconds=settings().mailed_code_seconds),
    )

    taken = Address.find(address) is not None
    db.put(registration)
    if taken:  # a registration whose code nobody is told
        mails.send_already_a_member(address)
    else:
        mails.send_code(address, code)
    return registration_id


def verify_email(registration_id: str, code: str, *, signing: Signing) -> Session:
    """Finish joining: the member, the claim on the address and the first session, all or none.

    Raises InvalidCode, and EmailTaken if another registration for the address was finished first.
    The code is good once: a retry of a success is told InvalidCode, and can sign in.
    """
    registration = _try_code(registration_id, code)

    member = Member(
        ids.new("usr"),
        email=registration.email,
        password_hash=registration.password_hash,
        birthdate=registration.birthdate,
        roles={Role.MEMBER},
        created_at=clock.now(),
    )
    session = new_session(member.user_id, signing)
    try:
        with db.transaction() as tx:
            tx.delete(registration, when=Registration.present(), otherwise=InvalidCode())
            tx.put(Address(registration.email, user_id=member.user_id), otherwise=EmailTaken())
            tx.put(member, otherwise=db.Duplicate())
            tx.put(session, otherwise=db.Duplicate())
    except db.Duplicate:
        return session  # nobody else can have these ids: an earlier try of ours landed
    return session


def _try_code(registration_id: str, code: str) -> Registration:
    """Count the attempt first, so that guessing in parallel gains nothing."""
    registration = db.update(
        Registration(registration_id),
        Registration.attempts.add(1),
        when=Registration.present()
        & (Registration.attempts < settings().mailed_code_attempts_max)
        & (Registration.expires_at > clock.now()),
        otherwise=InvalidCode(),
    )
    if not keys.same(registration.code_fingerprint, _keyed(registration_id, code)):
        raise InvalidCode()
    return registration


def _keyed(registration_id: str, code: str) -> bytes:
    return f"{registration_id}.{code}".encode()
