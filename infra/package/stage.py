"""What differs between deployed stages, read from `stages.toml`."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta

from chalicelib.core.settings import house_rules, variable_of
from infra.package.errors import NotPackaged, UnknownStage

if TYPE_CHECKING:
    from infra.functions import Function

FILE = Path(__file__).resolve().parents[1] / "stages.toml"
NAME = re.compile(r"[a-z][a-z0-9-]{1,15}")
ANSWER_SECONDS_MAX = 29
"""How long API Gateway waits for a function; one that runs longer is paid for and not heard."""
ANSWERING = frozenset({"rest", "socket", "authorizer"})

EXAMPLES = {
    "region": "eu-central-1, in the file or in AWS_REGION",
    "runtime": "python3.11, python3.12 or python3.13",
    "architecture": "arm64",
    "mail_sender": "Pairly <hello@pairly.example>",
    "cors_origin": "https://app.pairly.example",
    "public_url": "https://api.pairly.example, without a slash at its end",
    "websocket_url": "wss://socket.pairly.example, without a slash at its end",
    "log_retention_days": "30, 90 or 365, or another of the periods that CloudWatch has",
}
"""What a field may look like, for those whose type does not say it."""

Region = Annotated[str, Meta(pattern=r"\A[a-z]{2,4}(-[a-z]+){1,3}-[0-9]{1,2}\Z")]
Https = Annotated[str, Meta(pattern=r"\Ahttps://[^/\s]+(/[^/\s]+)*\Z")]
Wss = Annotated[str, Meta(pattern=r"\Awss://[^/\s]+(/[^/\s]+)*\Z")]
Origin = Annotated[str, Meta(pattern=r"\A(\*|https?://[^/\s]+)\Z")]
Sender = Annotated[str, Meta(pattern=r"\A([^<>\r\n]+ <[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)\Z")]
Memory = Annotated[int, Meta(ge=128, le=10240)]
Timeout = Annotated[int, Meta(ge=1, le=900)]
Positive = Annotated[int, Meta(ge=1)]
Retention = Literal[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731,
    1096, 1827, 2192, 2557, 2922, 3288, 3653,
]  # fmt: skip
"""Days: the choices that CloudWatch gives."""

Struct = TypeVar("Struct", bound=msgspec.Struct)


class Override(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one function has otherwise than the rest; None is as the rest."""

    memory_mb: Memory | None = None
    timeout_seconds: Timeout | None = None
    log_retention_days: Retention | None = None
    reserved_concurrency: Annotated[int, Meta(ge=0)] | None = None


class Stage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One deployed stage.

    snap_start           start from a snapshot: python3.12 and later
    public_url           where members reach the REST API; None is API Gateway's own address
    websocket_url        where members' sockets connect; None is API Gateway's own address
    deletion_protection  whether what is kept outlives its stack, and tables refuse to be deleted
    tracing              X-Ray
    requests_*, frames_* the REST stage's and the socket stage's throttles
    sets_account_role    whether this stack sets API Gateway's role for logs, one for a region
    settings             the app's house rules that differ here, by name
    functions            overrides by `Function.name`
    """

    name: str
    region: Region
    runtime: Literal["python3.11", "python3.12", "python3.13"]
    architecture: Literal["x86_64", "arm64"]
    snap_start: bool
    mail_sender: Sender
    cors_origin: Origin
    public_url: Https | None = None
    websocket_url: Wss | None = None
    log_retention_days: Retention
    deletion_protection: bool
    tracing: bool
    requests_per_second: Positive
    requests_burst: Positive
    frames_per_second: Positive
    frames_burst: Positive
    sets_account_role: bool
    settings: dict[str, Any] = {}
    functions: dict[str, Override] = {}

    @property
    def keyring_secret(self) -> str:
        """The name of the secret that holds the signing keys."""
        return f"pairly/{self.name}/keyring"

    @property
    def environment(self) -> dict[str, str]:
        """Settings of the app that are known before the stage is deployed."""
        return {
            "PAIRLY_STAGE": self.name,
            "PAIRLY_KEYRING_SECRET": self.keyring_secret,
            "PAIRLY_MAIL_SENDER": self.mail_sender,
            "PAIRLY_CORS_ORIGIN": self.cors_origin,
        } | {
            variable_of(name): msgspec.json.encode(value).decode()
            for name, value in sorted(self.settings.items())
        }

    def of(self, function: str) -> Override:
        """What is set for one function, by name."""
        return self.functions.get(function, Override())


def read(name: str, environ: Mapping[str, str], file: Path = FILE) -> Stage:
    """A stage by name; a region that the file leaves open is the environment's.

    Raises UnknownStage for a name that the file does not have, and NotPackaged for a fault in it,
    which names the file, the stage and the field.
    """
    known, defaults = _tables(file)
    if name not in known:
        raise UnknownStage(
            f"There is no stage {name!r} in {_said(file)}. Name one of: {', '.join(known)}."
        )

    region = environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION")
    found = {"region": region, "name": name} | _joined(defaults, known[name])
    where = f"{_said(file)}, stage {name}"
    if not found["region"]:
        raise NotPackaged(
            f"{where}: no region is set. Set `region` there, or say it with AWS_REGION:"
            f" make package STAGE={name} AWS_REGION=eu-central-1"
        )
    return _consistent(_checked(found, where), name, where)


def notes(stage: Stage, environ: Mapping[str, str]) -> list[str]:
    """What somebody may have overlooked: it is packaged all the same."""
    asked = environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION")
    found = []
    if asked and asked != stage.region:
        found.append(f"AWS_REGION is {asked}, but {_said(FILE)} sets {stage.region}, which goes.")
    for name, value in (("mail_sender", stage.mail_sender), ("cors_origin", stage.cors_origin)):
        if ".example" in value:
            found.append(f"{name} is an example, {value}: nothing will work that depends on it.")
    return found


def with_overrides(functions: "Iterable[Function]", stage: Stage) -> "list[Function]":
    """The functions with what the stage sets for them.

    Raises NotPackaged for an override of none of them, and for a time that API Gateway cuts off.
    """
    functions = list(functions)
    unknown = sorted(stage.functions.keys() - {each.name for each in functions})
    if unknown:
        raise NotPackaged(
            f"{_said(FILE)}, stage {stage.name}: there is no function {' and no '.join(unknown)}."
            " The names are in the summary of any stage; correct or remove it."
        )
    return [_overridden(each, stage) for each in functions]


def _overridden(function: "Function", stage: Stage) -> "Function":
    from infra.functions import QueueSource
    from infra.inventory import VISIBILITY_FACTOR

    override = stage.of(function.name)
    memory_mb = override.memory_mb or function.memory_mb
    timeout_seconds = override.timeout_seconds or function.timeout_seconds
    if function.kind in ANSWERING and timeout_seconds > ANSWER_SECONDS_MAX:
        raise NotPackaged(
            f"{_said(FILE)}, stage {stage.name}, functions.{function.name}.timeout_seconds:"
            f" API Gateway waits at most {ANSWER_SECONDS_MAX}, not {timeout_seconds}. Lower it."
        )

    trigger = function.trigger
    if isinstance(trigger, QueueSource):
        trigger = replace(trigger, visibility_seconds=VISIBILITY_FACTOR * timeout_seconds)
    return replace(function, memory_mb=memory_mb, timeout_seconds=timeout_seconds, trigger=trigger)


class _File(msgspec.Struct, forbid_unknown_fields=True):
    stage: dict[str, dict[str, Any]]
    defaults: dict[str, Any] = {}


def _tables(file: Path) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    """The stages by name, and the defaults, as the file has them."""
    try:
        found = msgspec.toml.decode(file.read_bytes(), type=_File)
    except (OSError, UnicodeDecodeError, msgspec.DecodeError) as failure:
        raise NotPackaged(f"{_said(file)} cannot be read: {failure}. Correct it.") from failure

    for name in found.stage:
        if not NAME.fullmatch(name):
            raise NotPackaged(
                f"{_said(file)}, stage {name!r}: a stage's name is 2 to 16 small letters, digits"
                " and hyphens, and begins with a letter. Rename it."
            )
    return found.stage, found.defaults


def _joined(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """What is above goes before what is below, table by table."""
    joined = below | above
    for name in below.keys() & above.keys():
        if isinstance(below[name], dict) and isinstance(above[name], dict):
            joined[name] = _joined(below[name], above[name])
    return joined


def _checked(found: dict[str, Any], where: str) -> Stage:
    functions = found.get("functions")
    if isinstance(functions, dict):
        for name, override in functions.items():
            _converted(override, Override, where, f"functions.{name}")
    return _converted(found, Stage, where, "")


def _converted(found: Any, kind: type[Struct], where: str, below: str) -> Struct:
    try:
        return msgspec.convert(found, kind)
    except msgspec.ValidationError as failure:
        fault, _, path = str(failure).partition(" - at ")
        field = path.strip("`").removeprefix("$").removeprefix(".")
        fault = "Malformed text" if "regex" in fault else fault
        example = f"; it looks like {EXAMPLES[field]}" if field in EXAMPLES else ""
        at = ", ".join(each for each in (where, ".".join(filter(None, (below, field)))) if each)
        raise NotPackaged(f"{at}: {fault}{example}. Correct it.") from failure


def _consistent(stage: Stage, name: str, where: str) -> Stage:
    """The stage, if its fields go together."""
    if stage.name != name:
        raise NotPackaged(f"{where}, name: the name stands in [stage.{name}]. Remove it.")
    if stage.snap_start and stage.runtime == "python3.11":
        raise NotPackaged(
            f"{where}, snap_start: it needs python3.12 or later, and runtime is {stage.runtime}."
            " Change one of the two."
        )
    return _with_known_settings(stage, where)


def _with_known_settings(stage: Stage, where: str) -> Stage:
    try:
        known = house_rules(stage.environment)
    except ValueError as failure:
        raise NotPackaged(f"{where}, settings: {failure}. Correct it.") from failure
    unknown = sorted(stage.settings.keys() - known.keys())
    if unknown:
        raise NotPackaged(
            f"{where}, settings: there is no {' and no '.join(unknown)}. Those with a default in"
            " chalicelib/core/settings.py can be set; correct or remove it."
        )
    return stage


def _said(file: Path) -> str:
    return f"{file.parent.name}/{file.name}"
