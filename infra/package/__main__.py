"""`python -m infra.package STAGE`: make `build/<stage>`, ready to deploy.

Exit codes: 0 it is made, 1 it could not be, 2 there is no such stage, 130 it was interrupted.
"""

import os
import signal
import sys
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from infra import attaching
from infra.package.bundles import MB, ROOT, build_bundle
from infra.package.errors import NotPackaged, UnknownStage
from infra.package.output import readable, rendered, replacing
from infra.package.stage import FILE, Stage, notes, read, with_overrides

if TYPE_CHECKING:
    from infra.package.summary import Package


def main(arguments: list[str], *, build: Path = ROOT / "build", stages: Path = FILE) -> int:
    """Package the stage that is named; the exit code."""
    started = perf_counter()
    try:
        match arguments:
            case [name] if name:
                stage = read(name, os.environ, stages)
                overlooked = notes(stage, os.environ)
            case _:
                raise UnknownStage("Usage: make package STAGE=prod")
        live_as(stage)
        package = make(stage, build / stage.name)
    except NotPackaged as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 2 if isinstance(refusal, UnknownStage) else 1
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted: nothing was packaged.\n")
        return 130
    sys.stdout.write(_told(package, build / stage.name, seconds=perf_counter() - started))
    sys.stdout.writelines(f"Note: {note}\n" for note in overlooked)
    return 0


def live_as(stage: Stage) -> None:
    """Set the environment that the app reads as it is imported: the stage's and nobody else's."""
    for variable in [each for each in os.environ if each.startswith("PAIRLY_")]:
        del os.environ[variable]
    os.environ.update(attaching.UNUSED | stage.environment)
    os.environ["AWS_REGION"] = os.environ["AWS_DEFAULT_REGION"] = stage.region


def make(stage: Stage, folder: Path) -> "Package":
    """Write a stage's package into its folder, in place of the one that was there."""
    from app import app
    from infra.inventory import inventory
    from infra.package.summary import Package, manifest, summary
    from infra.package.templates import templates

    functions = with_overrides(inventory(app), stage)
    with replacing(folder) as fresh:
        names = sorted({each.bundle for each in functions})
        bundles = [build_bundle(each, stage, fresh / "artifacts" / "bundles") for each in names]
        package = Package(stage, functions, bundles, templates(stage, functions, bundles))

        for path, content in package.templates.files.items():
            file = fresh / "artifacts" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        (fresh / "parent.json").write_bytes(rendered(package.templates.parent))
        (fresh / "manifest.json").write_bytes(readable(manifest(package, fresh)))
        (fresh / "summary.md").write_text(summary(package, _shown(folder)))
    return package


def _told(package: "Package", folder: Path, *, seconds: float) -> str:
    resources = sum(len(template["Resources"]) for template in package.stacks.values())
    sizes = ", ".join(f"{each.name} {each.bytes_zipped / MB:.1f} MB" for each in package.bundles)
    return (
        f"Made {_shown(folder)} in {seconds:.0f} s: {len(package.functions)} functions in"
        f" {len(package.stacks)} stacks of {resources:,} resources; bundles: {sizes}.\n"
        f"How to deploy it, and everything in it: {_shown(folder)}/summary.md\n"
    )


def _shown(folder: Path) -> str:
    """A folder as one types it at the project's root."""
    return str(folder.relative_to(ROOT) if folder.is_relative_to(ROOT) else folder)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that nothing is left behind
    sys.exit(main(sys.argv[1:]))
