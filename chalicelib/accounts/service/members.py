"""Members as such."""

from chalicelib.accounts.addresses import normalised_email
from chalicelib.accounts.models import Address, Member
from chalicelib.core import db
from chalicelib.core.access import Role
from chalicelib.core.errors import NotFound
from chalicelib.core.needs import finds

SHOWS = finds("members")


def profile_of(user_id: str) -> Member:
    """A member's own account. Raises NotFound."""
    member = Member.find(user_id)
    if member is None:
        raise NotFound()
    return member


def assign_role(email: str, role: Role) -> Member:
    """Give a member a role, besides those they have. Raises NotFound. Safe to repeat."""
    claim = Address.find(normalised_email(email))
    if claim is None:
        raise NotFound()
    return db.update(
        Member(claim.user_id),
        Member.roles.add({role.value}),
        when=Member.present(),
        otherwise=NotFound(),
    )
