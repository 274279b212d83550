"""`python -m infra.seeding [USERS] [--dense] [--deployed]`: fill a running Pairly with members.

USERS is how many there shall be in all, 1000 unless given; with `--dense` all live in one cell. It
speaks to the running local stack or to the stage that `PAIRLY_STAGE` names. A deployed one has to
be meant, by `--deployed`, and there nobody can sign in as one of them. Cut off, even by `kill -9`,
it goes on where it was when it is started again.
"""

import os
import secrets
import sys
from pathlib import Path
from urllib.parse import urlsplit

from infra import attaching

USAGE = "Usage: python -m infra.seeding [USERS] [--dense] [--deployed]"
FLAGS = {"--dense", "--deployed"}
USERS = 1000
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def main(arguments: list[str]) -> int:
    """Do it; the exit code."""
    numbers = [each for each in arguments if each not in FLAGS]
    if len(numbers) > 1 or not all(each.isdecimal() for each in numbers):
        return _fail(USAGE)
    endpoint = urlsplit(os.environ.get("PAIRLY_DYNAMODB_ENDPOINT", ""))
    is_deployed = "PAIRLY_STAGE" in os.environ and endpoint.hostname not in LOOPBACK
    if is_deployed and "--deployed" not in arguments:
        return _fail(
            f"PAIRLY_STAGE names the deployed stage {os.environ['PAIRLY_STAGE']}. Add --deployed to"
            " fill it with members who are made up, or unset it."
        )
    try:
        os.environ.update(attaching.variables(os.environ))
    except attaching.NotRunning as failure:
        return _fail(str(failure))
    users = int(numbers[0]) if numbers else USERS
    return _seed(users, is_dense="--dense" in arguments, is_deployed=is_deployed)


def _seed(users: int, *, is_dense: bool, is_deployed: bool) -> int:
    from infra.seeding.filling import PASSWORD, Filling  # it reads the environment when imported
    from infra.seeding.position import Position
    from infra.seeding.progress import Progress

    kind = "dense" if is_dense else "towns"
    folder = Path(os.environ.get("DATA_DIR", ".data"))
    position = Position(folder / f"seeding-{os.environ['PAIRLY_STAGE']}-{kind}.txt")
    progress = Progress(sys.stdout, users, begun_at=min(position.read(), users))
    password = secrets.token_urlsafe() if is_deployed else PASSWORD
    try:
        Filling(is_dense=is_dense, password=password).go_on(users, position, progress.show)
    except KeyboardInterrupt:
        progress.end("stopped; the same command goes on from here")
        return 130
    progress.end("done")
    return 0


def _fail(message: str) -> int:
    sys.stderr.write(message + "\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
