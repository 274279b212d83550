"""Roles: what a member may do beyond being one."""

import pytest

from chalicelib.accounts import service
from chalicelib.core.access import PERMITTED, Caller, Permission, Role
from chalicelib.core.errors import NotFound
from infra.local.stack import Stack
from tests import tables
from tests.people import Member

STAFF = sorted(set(Role) - {Role.MEMBER})


@pytest.mark.parametrize("role", STAFF)
def test_a_role_gives_its_permissions_and_keeps_those_of_a_member(
    alice: Member, role: Role
) -> None:
    service.assign_role(alice.email.upper(), role)

    me = alice.get("/v1/me").json()
    assert me["roles"] == sorted({"member", role})
    assert set(me["permissions"]) == PERMITTED[role] | {Permission.MEMBER}


def test_a_role_given_twice_is_one_role(stack: Stack, alice: Member) -> None:
    service.assign_role(alice.email, Role.SUPPORT)
    before = tables.image(stack)

    service.assign_role(alice.email, Role.SUPPORT)

    assert tables.changed(before, tables.image(stack)) == {}


def test_nobody_gets_a_role_who_is_not_a_member(stack: Stack) -> None:
    before = tables.image(stack)

    with pytest.raises(NotFound):
        service.assign_role("not.here@example.com", Role.ADMIN)

    assert tables.changed(before, tables.image(stack)) == {}


def test_every_role_is_a_member_and_only_an_admin_may_do_everything() -> None:
    def may(role: Role) -> set[Permission]:
        caller = Caller(user_id="usr_x", session_id="ses_x", roles=frozenset({role}))
        return {permission for permission in Permission if caller.may(permission)}

    assert all(Permission.MEMBER in may(role) for role in Role)
    assert may(Role.MEMBER) == {Permission.MEMBER}
    assert may(Role.ADMIN) == set(Permission)
    assert all(may(role) < set(Permission) for role in Role if role is not Role.ADMIN)


def test_two_roles_permit_what_either_does() -> None:
    roles = frozenset({Role.ANALYST, Role.FINANCE})
    caller = Caller(user_id="usr_x", session_id="ses_x", roles=roles)

    assert caller.may(Permission.ANALYTICS_READ)
    assert caller.may(Permission.PAYOUTS_APPROVE)
    assert not caller.may(Permission.USERS_SUSPEND)


def test_whoever_has_no_role_may_do_nothing() -> None:
    caller = Caller(user_id="usr_x", session_id="ses_x", roles=frozenset())

    assert [each for each in Permission if caller.may(each)] == []
