"""`python -m infra.staff EMAIL ROLE`: give a member a role, besides those they have.

It speaks to the running local stack, or to the stage that `PAIRLY_STAGE` names. The first admin of
a stage is made so.
"""

import os
import sys

from chalicelib.core.access import Role
from chalicelib.core.errors import NotFound, PairlyError
from infra import attaching

USAGE = f"Usage: python -m infra.staff EMAIL ROLE, where ROLE is one of {', '.join(Role)}"


def main(arguments: list[str]) -> int:
    """Do it; the exit code."""
    if len(arguments) != 2:
        return _fail(USAGE)
    email, wanted = arguments
    if wanted not in set(Role):
        return _fail(f"There is no role {wanted!r}. Roles are {', '.join(Role)}.")
    try:
        os.environ.update(attaching.variables(os.environ))
    except attaching.NotRunning as failure:
        return _fail(str(failure))
    return _assign(email, Role(wanted))


def _assign(email: str, role: Role) -> int:
    from chalicelib.accounts import service  # it reads the environment when imported

    try:
        member = service.assign_role(email, role)
    except NotFound:
        return _fail(f"No member has the address {email}. They sign up first, like everybody.")
    except PairlyError as refusal:
        faults = "; ".join(fault.message for fault in refusal.faults())
        return _fail(faults or refusal.title())
    sys.stdout.write(f"{member.email} ({member.user_id}) is: {', '.join(sorted(member.roles))}\n")
    return 0


def _fail(message: str) -> int:
    sys.stderr.write(message + "\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
