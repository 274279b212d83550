"""What everything that happened comes to."""

import os
import subprocess
import sys

from infra.demo.scene import Scene
from infra.demo.telling import must, must_be

PROOF_SECONDS_MAX = 30.0


def play(scene: Scene) -> None:
    """Prove every wallet, then stop in order."""
    proof = subprocess.run(
        [sys.executable, "-m", "infra.ledger", "verify"],
        env=os.environ | {"DATA_DIR": str(scene.stack.folder)},
        capture_output=True,
        text=True,
        timeout=PROOF_SECONDS_MAX,
        check=False,
    )
    must(proof.returncode == 0, f"the ledger does not prove:\n{proof.stdout}{proof.stderr}")
    for line in proof.stdout.splitlines():
        scene.tell.saw(f"ledger verify: {line}")

    for pair in scene.pairs:
        pair.close()
    must_be("the exit code of the stack", scene.stack.stop(), 0)
    scene.tell.saw("asked to stop, the stack ends in order")
