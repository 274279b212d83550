"""The templates of any stage, without its bundles, made in a process of their own.

The app reads its stage once, so a process that runs tests as `dev` cannot make those of `prod`:

    python -m tests.package.packaged prod '{"tracing": true}'
"""

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from infra.package.__main__ import live_as
from infra.package.bundles import Bundle
from infra.package.stage import read, with_overrides

if TYPE_CHECKING:
    from infra.package.templates import Templates

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = {"AWS_REGION": "eu-west-1"}
"""Where a stage is that has no region of its own."""
SNAPPING = {"runtime": "python3.12", "snap_start": True, "tracing": True, "architecture": "arm64"}
"""What makes a stage's functions start from snapshots, which no stage does yet."""
VARIANTS: list[tuple[str, dict[str, Any]]] = [("dev", {}), ("prod", {}), ("dev", SNAPPING)]
DIGEST = "0123456789abcdef" * 4


@cache
def packaged(stage: str, **changes: Any) -> "Templates":
    """The templates of a stage with these fields otherwise. Whoever damages them copies them."""
    from infra.package.templates import Templates

    environment = {name: text for name, text in os.environ.items() if not name.startswith("PAIRLY")}
    made = subprocess.run(
        [sys.executable, "-m", __name__, stage, json.dumps(changes)],
        cwd=ROOT,
        env=environment | ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    told = json.loads(made.stdout)
    files = {path: text.encode() for path, text in told["files"].items()}
    return Templates(told["parent"], told["nested"], files)


def bundle(name: str) -> Bundle:
    """A bundle that nobody built."""
    return Bundle(name, Path(f"{name}-{DIGEST[:16]}.zip"), DIGEST, 1, 1)


def _make(name: str, changes: str) -> "Templates":
    stage = replace(read(name, os.environ), **json.loads(changes))
    live_as(stage)
    from app import app
    from infra.inventory import inventory
    from infra.package.templates import templates

    functions = with_overrides(inventory(app), stage)
    return templates(stage, functions, [bundle(each) for each in {f.bundle for f in functions}])


if __name__ == "__main__":
    found = _make(*sys.argv[1:])
    files = {path: raw.decode() for path, raw in found.files.items()}
    json.dump({"parent": found.parent, "nested": found.nested, "files": files}, sys.stdout)
