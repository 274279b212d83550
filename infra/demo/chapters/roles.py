"""What each function of a package called, beside what its role grants: a report in the package."""

import os
from pathlib import Path

from infra.demo.scene import Scene
from infra.demo.telling import must
from infra.local import packaged
from infra.local.sandboxes import CALLS
from infra.package import access
from infra.package.__main__ import live_as
from infra.package.stage import read, with_overrides

REPORT = "access.md"


def play(scene: Scene) -> None:
    """No call went beyond a role, and every grant was used or says why it need not be."""
    package = Path(os.environ["PACKAGE"])
    proof = _proof(package, scene.stack.folder / CALLS)
    report = package / REPORT
    report.write_text(access.report(proof))
    must(not proof.missing, f"roles do not grant: {'; '.join(proof.missing)}")
    must(not proof.unexplained, f"granted without use or reason: {'; '.join(proof.unexplained)}")

    used = sum(grant.seen for grant in proof.grants)
    scene.tell.saw(f"{used} of {len(proof.grants)} grants were used, and no call went beyond them")
    scene.tell.saw(f"each of the others has its reason: {report}")


def _proof(package: Path, calls: Path) -> access.Proof:
    shipped = packaged.read(package)
    stage = read(shipped.stage, os.environ)
    live_as(stage)
    from app import app
    from infra.inventory import inventory

    functions = with_overrides(inventory(app), stage)
    return access.prove(shipped.stacks, functions, stage, access.read_calls(calls))
