"""What a function costs until it is ready for its first event: time, memory, size.

Each function starts as Lambda starts it: a fresh process with the function's own environment, over
the unpacked bundle, which nobody may write to. It takes turns with the floor, which is the least
that a Chalice function with a table can be: Chalice's runtime and one client of PynamoDB, as pip
installs them, compiled: one start of the floor before each start of a function, so that whatever
else the machine does meets both.
"""

import os
import statistics
import subprocess
import sys
import time
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.bench.results import Measure, at_most, plain
from infra.local.templates import read as read_templates
from infra.package import bundles, bytecode, trimming, wheels
from infra.package.__main__ import live_as, make
from infra.package.bundles import MB, ROOT, Bundle
from infra.package.stage import Stage, read

STAGE = "dev"
ROUNDS = 9
RATIO_MAX = {"core": 1.3, "photos": 1.5}
"""By the bundle that a function runs."""
RESIDENT_MB_MAX = 60
PYNAMODB = frozenset(
    ["pynamodb", "botocore", "jmespath", "python-dateutil", "six", "typing-extensions", "urllib3"]
)
"""PynamoDB and what it needs, among our requirements."""

FLOOR = """
import chalice.app
from pynamodb.connection import Connection
Connection(region="us-east-1").client
"""
READY = """
import re, sys
sys.stdout.write(re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())[1])
"""
"""Tells the most memory it held, by its own figure: rusage's has that of whoever started it."""
LAMBDA = {
    "AWS_ACCESS_KEY_ID": "nobody",
    "AWS_SECRET_ACCESS_KEY": "nothing",
    "AWS_LAMBDA_FUNCTION_NAME": "measured",
}
"""What Lambda adds to a function's environment, as far as a start looks at it."""


@dataclass
class Start:
    """Something that is started, and what was seen of it. `others` start just as it does."""

    name: str
    bundle: str
    folder: Path
    program: str
    environment: Mapping[str, str]
    others: int = 0
    seconds: list[float] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)
    resident_mb: float = 0

    def begin(self) -> float:
        """Start it once, until it is ready; how long that took."""
        path = f"import sys; sys.path.insert(0, {str(self.folder)!r})"
        began = time.perf_counter()
        ran = subprocess.run(
            [sys.executable, "-S", "-B", "-c", path + self.program + READY],
            env=dict(self.environment),
            stdout=subprocess.PIPE,
            check=True,
        )
        self.seconds.append(time.perf_counter() - began)
        self.resident_mb = int(ran.stdout) / 1024
        return self.seconds[-1]

    @property
    def said(self) -> str:
        """Its name, and how many it stands for."""
        return f"{self.name} and {self.others} alike" if self.others else self.name

    @property
    def typical_ms(self) -> float:
        """Milliseconds, in the middle of what was seen."""
        return statistics.median(self.seconds) * 1000

    @property
    def ratio(self) -> float:
        """How many floors it takes, in the middle of what was seen."""
        return statistics.median(self.ratios)


def measure() -> list[Measure]:
    """Every function against the floor."""
    stage = read(STAGE, os.environ)
    live_as(stage)
    with TemporaryDirectory(prefix="pairly-cold-") as scratch:
        folder = Path(scratch)
        package = make(stage, folder / "package")
        for bundle in package.bundles:
            _unpack(folder / "package" / "artifacts" / "bundles" / bundle.file.name, folder)
        environment = LAMBDA | {"AWS_REGION": stage.region, "PATH": os.environ["PATH"]}
        floor = Start("floor", "", _floor(stage, folder / "floor"), FLOOR, environment)
        trimmed = Start("floor", "", _trimmed(stage, folder / "trimmed"), FLOOR, environment)
        starts = list(_starts(folder, stage, environment))
        _take_turns(floor, [trimmed, *starts])
    sizes = [each for bundle in package.bundles for each in _sizes(bundle)]
    return [*sizes, *_times(floor, trimmed, starts)]


def _take_turns(floor: Start, starts: list[Start]) -> None:
    for each in (floor, *starts):
        each.begin()  # so that all of it is in the page cache
        each.seconds.clear()
    for _ in range(ROUNDS):
        for each in starts:
            least = floor.begin()
            each.ratios.append(each.begin() / least)


def _sizes(bundle: Bundle) -> list[Measure]:
    limit = bundles.BUNDLES[bundle.name].zipped_bytes_max / MB
    return [
        at_most(f"{bundle.name} bundle, zipped", bundle.bytes_zipped / MB, "MB", limit),
        plain(f"{bundle.name} bundle, unpacked", bundle.bytes_unpacked / MB, "MB"),
    ]


def _times(floor: Start, trimmed: Start, starts: list[Start]) -> list[Measure]:
    starts.sort(key=lambda each: each.ratio, reverse=True)
    largest = max(starts, key=lambda each: each.resident_mb)
    return [
        plain("floor: start", floor.typical_ms, "ms"),
        plain("floor: resident", floor.resident_mb, "MB"),
        plain("floor with data trimmed as ours: start ÷ floor", trimmed.ratio, ""),
        *(
            at_most(f"{each.said}: start ÷ floor", each.ratio, "", RATIO_MAX[each.bundle])
            for each in starts
        ),
        plain("slowest: start", starts[0].typical_ms, "ms"),
        plain("fastest: start", starts[-1].typical_ms, "ms"),
        at_most(f"largest ({largest.name}): resident", largest.resident_mb, "MB", RESIDENT_MB_MAX),
    ]


def _unpack(bundle: Path, folder: Path) -> None:
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(folder / bundle.stem)


def _floor(stage: Stage, folder: Path) -> Path:
    """Chalice's runtime and PynamoDB, of the versions that are shipped."""
    folder.mkdir()
    pins = (ROOT / "requirements.txt").read_text().splitlines()
    wanted = folder / "requirements.txt"
    wanted.write_text("\n".join(pin for pin in pins if pin.partition("==")[0] in PYNAMODB))
    wheels.install(wanted, stage, folder)
    bundles.add_chalice(folder)
    bytecode.compile_all(folder, stage)
    return folder


def _trimmed(stage: Stage, folder: Path) -> Path:
    """The same, with botocore's data cut as ours is."""
    _floor(stage, folder)
    trimming.trim(folder / "botocore" / "data")
    return folder


def _starts(folder: Path, stage: Stage, environment: Mapping[str, str]) -> Iterator[Start]:
    """One of all functions that start alike: of one bundle, with the same handler and environment.

    Bundles are unpacked in the folder by the names of their files.
    """
    alike: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for function in read_templates(folder / "package").of("AWS::Lambda::Function"):
        said = function.properties
        own = [f"{name}={value}" for name, value in said["Environment"]["Variables"].items()]
        name = said["FunctionName"].removeprefix(f"pairly-{stage.name}-")
        alike[Path(said["Code"]["S3Key"]).stem, said["Handler"], *own].append(name)
    for (unpacked, entry, *own), names in alike.items():
        yield Start(
            name=names[0],
            bundle=unpacked.partition("-")[0],
            folder=folder / unpacked,
            program=f"\nimport app\n{entry}\n",
            environment={**environment, **dict(each.split("=", 1) for each in own)},
            others=len(names) - 1,
        )
