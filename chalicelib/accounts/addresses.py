"""Email addresses: which text names the same mailbox."""

from email_validator import EmailNotValidError, ValidatedEmail, validate_email

from chalicelib.core.errors import Invalid


def normalised_email(email: str) -> str:
    """The one spelling under which an address is kept: Unicode's composed form, lower case.

    Mailbox names are case-insensitive with every provider that matters, though RFC 5321 §2.4 lets
    them differ. Raises Invalid for what is not an address, or not one that SES can write to, which
    takes only ASCII before the @.
    """
    try:
        checked = _checked(email)
    except EmailNotValidError as fault:
        raise Invalid(at="$.email", rule="format", message=str(fault)) from None
    return checked.normalized.lower()


def mailable(address: str) -> str:
    """A normalised address as SES takes it: the domain in Punycode."""
    return _checked(address).ascii_email or address


def _checked(email: str) -> ValidatedEmail:
    return validate_email(email, check_deliverability=False, allow_smtputf8=False)
