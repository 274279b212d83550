"""`python -m infra.ledger verify [USER_ID]`: prove that no credit was lost, doubled or made up.

It speaks to the running local stack, or to the stage that `PAIRLY_STAGE` names, and reads every
wallet, entry, conversation and message there, or those of one member. It exits with 0 if all rules
hold, with 1 and a line for each that does not, and with 2 if it could not look.
"""

import os
import sys
from typing import TYPE_CHECKING

from infra import attaching

if TYPE_CHECKING:
    from infra.proof import Proof

USAGE = "Usage: python -m infra.ledger verify [USER_ID]"


def main(arguments: list[str]) -> int:
    """Look, and tell; the exit code."""
    match arguments:
        case ["verify"]:
            user_id = None
        case ["verify", user_id]:
            pass
        case _:
            return _fail(USAGE)
    try:
        os.environ.update(attaching.variables(os.environ))
    except attaching.NotRunning as failure:
        return _fail(str(failure))

    from infra import proof  # it reads the environment when imported

    found = proof.prove_one(user_id) if user_id else proof.prove_all()
    if user_id and not found.entries and not found.findings:
        return _fail(f"{user_id} has no wallet: nothing ever happened there.")
    sys.stdout.write(told(found))
    return 1 if found.findings else 0


def told(proof: "Proof") -> str:
    """A proof in words, a finding a line."""
    lines = [
        f"Proved {proof.wallets} wallets with {proof.entries} entries, and {proof.conversations}"
        f" conversations with {proof.messages} messages, {proof.charged} of them charged.",
        *(f"{each.check}  {each.user_id}  {each.detail}" for each in proof.findings),
        f"{len(proof.findings)} rules do not hold." if proof.findings else "Every rule holds.",
    ]
    return "\n".join(lines) + "\n"


def _fail(message: str) -> int:
    sys.stderr.write(message + "\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
