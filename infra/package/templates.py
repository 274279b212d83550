"""All templates of a stage: the parent, and the files of the stacks that it names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from infra.functions import Function
from infra.package import limits
from infra.package.assertions import faults
from infra.package.bundles import Bundle
from infra.package.data import data
from infra.package.errors import NotPackaged
from infra.package.features import features
from infra.package.hashing import FILE_DIGITS, digest
from infra.package.naming import Template
from infra.package.output import rendered
from infra.package.parent import DATA, parent
from infra.package.stage import Stage


@dataclass(frozen=True)
class Templates:
    """What CloudFormation is given.

    nested  the other stacks, by name: `data` and the features
    files   what is uploaded of them, by path below the artifacts' prefix
    """

    parent: Template
    nested: dict[str, Template]
    files: dict[str, bytes]


def templates(stage: Stage, functions: Sequence[Function], bundles: Iterable[Bundle]) -> Templates:
    """The templates, or NotPackaged if AWS would not take one of them."""
    # Both register the app's doors and tables, which reads the stage from the environment.
    from app import app
    from chalicelib.core.db import KINDS

    by_name = {bundle.name: bundle for bundle in bundles}
    nested = {DATA: data(stage, functions, KINDS), **features(stage, functions, by_name)}
    files = {
        name: f"stacks/{name}-{digest(template, FILE_DIGITS)}.json"
        for name, template in nested.items()
    }
    above = parent(stage, functions, app.api.binary_types, nested=nested, files=files)
    limits.check(above, nested)
    made = Templates(above, nested, {files[name]: rendered(nested[name]) for name in nested})
    if found := faults(made):
        raise NotPackaged("\n".join(found))
    return made
