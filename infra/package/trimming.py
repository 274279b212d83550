"""botocore's data, cut to what the app calls.

As installed, botocore brings the description of every AWS service: 20 MB, and every cold start
reads the endpoints of them all and unzips prose along with each description. What is left here
makes the same clients, requests and endpoint URLs for SERVICES, in every partition.
"""

import gzip
import json
import shutil
from pathlib import Path
from typing import Any

from infra.package.errors import NotPackaged

SERVICES = ("apigatewaymanagementapi", "dynamodb", "s3", "secretsmanager", "ses", "sqs")
"""Every AWS service that deployed code makes a client of, by botocore's name."""
PROSE = ("examples-1.", "completions-1.")
"""Files that only documentation and command lines read."""

SPELLED_OUT = "clientContextParams"
"""A part of a description whose prose botocore insists on."""


def trim(data: Path) -> None:
    """Cut `botocore/data` in place. Raises NotPackaged for a service that it does not describe."""
    for folder in sorted(each for each in data.iterdir() if each.is_dir()):
        if folder.name not in SERVICES:
            shutil.rmtree(folder)

    prefixes = {_trim_service(data / service) for service in SERVICES}
    endpoints = data / "endpoints.json"
    _write(endpoints, _endpoints(json.loads(endpoints.read_bytes()), prefixes))


def without_documentation(description: Any) -> Any:
    """A service's description without its prose; a member that is named so is no prose."""
    if isinstance(description, dict):
        return {
            name: inner if name == SPELLED_OUT else without_documentation(inner)
            for name, inner in description.items()
            if not (name == "documentation" and isinstance(inner, str))
        }
    if isinstance(description, list):
        return [without_documentation(inner) for inner in description]
    return description


def _trim_service(folder: Path) -> str:
    """Keep a service's last version, which is what clients are made of; its endpoints' prefix."""
    versions = sorted(folder.iterdir()) if folder.is_dir() else []
    if not versions:
        raise NotPackaged(
            f"botocore describes no service {folder.name!r}. Correct SERVICES in"
            " infra/package/trimming.py, or pin a botocore that knows it."
        )

    for outdated in versions[:-1]:
        shutil.rmtree(outdated)
    for file in sorted(versions[-1].iterdir()):
        _trim_file(file)
    described = json.loads((versions[-1] / "service-2.json").read_bytes())
    return str(described["metadata"]["endpointPrefix"])


def _trim_file(file: Path) -> None:
    """Without prose and not compressed: unzipping costs more at a start than it saves."""
    content = file.read_bytes()
    file.unlink()
    if file.name.startswith(PROSE):
        return
    if file.suffix == ".gz":
        content = gzip.decompress(content)
    _write(
        file.with_name(file.name.removesuffix(".gz")), without_documentation(json.loads(content))
    )


def _endpoints(everything: dict[str, Any], prefixes: set[str]) -> dict[str, Any]:
    """Every partition with its defaults and regions, and the endpoints of these services only."""
    partitions = [
        partition
        | {
            "services": {
                prefix: found
                for prefix, found in partition["services"].items()
                if prefix in prefixes
            }
        }
        for partition in everything["partitions"]
    ]
    return everything | {"partitions": partitions}


def _write(file: Path, content: Any) -> None:
    file.write_text(json.dumps(content, separators=(",", ":")))
