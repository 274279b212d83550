"""Who is asking, and what a role permits. What is not permitted here is refused everywhere."""

from dataclasses import dataclass
from enum import StrEnum


class Permission(StrEnum):
    """What a door may ask of its caller. `public` asks nothing, `member` a verified account."""

    PUBLIC = "public"
    MEMBER = "member"
    USERS_READ = "users.read"
    USERS_SUSPEND = "users.suspend"
    ROLES_WRITE = "roles.write"
    REPORTS_HANDLE = "reports.handle"
    LEDGER_READ = "ledger.read"
    LEDGER_ADJUST = "ledger.adjust"
    REFUNDS_WRITE = "refunds.write"
    PAYOUTS_APPROVE = "payouts.approve"
    ANALYTICS_READ = "analytics.read"
    AUDIT_READ = "audit.read"


class Role(StrEnum):
    """What a member is to Pairly. Everyone is a member; staff are more."""

    MEMBER = "member"
    SUPPORT = "support"
    MODERATOR = "moderator"
    FINANCE = "finance"
    ANALYST = "analyst"
    ADMIN = "admin"


P = Permission
PERMITTED: dict[Role, frozenset[Permission]] = {
    Role.MEMBER: frozenset({P.MEMBER}),
    Role.SUPPORT: frozenset({P.MEMBER, P.USERS_READ, P.LEDGER_READ}),
    Role.MODERATOR: frozenset({P.MEMBER, P.USERS_READ, P.USERS_SUSPEND, P.REPORTS_HANDLE}),
    Role.FINANCE: frozenset(
        {P.MEMBER, P.LEDGER_READ, P.LEDGER_ADJUST, P.REFUNDS_WRITE, P.PAYOUTS_APPROVE}
    ),
    Role.ANALYST: frozenset({P.MEMBER, P.ANALYTICS_READ}),
    Role.ADMIN: frozenset(P),
}


@dataclass(frozen=True, kw_only=True)
class Caller:
    """An authenticated member, on one of their devices."""

    user_id: str
    session_id: str
    roles: frozenset[Role]

    def may(self, permission: Permission) -> bool:
        """Whether any of the caller's roles permits this."""
        return permission in permissions_of(self.roles)


def permissions_of(roles: frozenset[Role]) -> frozenset[Permission]:
    """Everything that these roles permit together."""
    return frozenset().union(*(PERMITTED[role] for role in roles))
