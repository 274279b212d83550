"""Email addresses: which text names the same mailbox."""

from email_validator import EmailNotValidError, validate_email

from chalicelib.core.errors import Invalid


def normalised_email(email: str) -> str:
    """The one spelling under which an address is kept: Unicode's composed form, lower case.

    Mailbox names are case-insensitive with every provider that matters, though RFC 5321 §2.4 lets
    them differ. Raises Invalid for what is not an address.
    """
    try:
        checked = validate_email(email, check_deliverability=False)
    except EmailNotValidError as fault:
        raise Invalid(at="$.email", rule="format", message=str(fault)) from None
    return checked.normalized.lower()
