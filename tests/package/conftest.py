"""One package of this checkout for every test that looks into it, made as `make package` makes it.

Wheels come from what is installed here, so that nothing is fetched.
"""

import os
import platform
import re
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

import pytest

from infra.package.bundles import BUNDLES, ROOT

MACHINE = {"aarch64": "arm64"}.get(platform.machine(), platform.machine())
RUNTIME = "python{}.{}".format(*sys.version_info)
NEWER = re.compile(r"manylinux_2_\d+_(\w+)\Z")
STAGES = f"""\
[stage.dev]
region = "us-east-1"
runtime = "{RUNTIME}"
architecture = "{MACHINE}"
snap_start = false
mail_sender = "Pairly <hello@pairly.example>"
cors_origin = "*"
log_retention_days = 7
deletion_protection = false
tracing = false
requests_per_second = 100
requests_burst = 200
frames_per_second = 100
frames_burst = 200
sets_account_role = true
"""
RUN = """\
import sys
from pathlib import Path
from infra.package.__main__ import main
sys.exit(main(sys.argv[3:], build=Path(sys.argv[1]), stages=Path(sys.argv[2])))
"""


@pytest.fixture(scope="session")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A `stages.toml` whose one stage runs on a machine like this one."""
    if sys.platform != "linux":
        pytest.skip("the wheels that are installed here do not run in Lambda")
    file = tmp_path_factory.mktemp("stages") / "stages.toml"
    file.write_text(STAGES)
    return file


@pytest.fixture(scope="session")
def only_wheels_from_here(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment in which pip sees a folder of wheels and nothing else."""
    folder = tmp_path_factory.mktemp("wheels")
    listed = [(ROOT / each.requirements).read_text() for each in BUNDLES.values()]
    for pin in sorted({line for text in listed for line in text.splitlines() if "==" in line}):
        _wheel(metadata.distribution(pin.split("==")[0]), folder)
    return {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(folder)}


@pytest.fixture(scope="session")
def build_dev(
    stages: Path, only_wheels_from_here: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """`build/dev`, as the command made it."""
    build = tmp_path_factory.mktemp("build")
    ran = package(["dev"], build, stages, only_wheels_from_here)
    assert ran.returncode == 0, ran.stderr
    return build / "dev"


def package(
    arguments: list[str], build: Path, stages: Path, environ: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own: an app is of one stage, and this one's is local."""
    return subprocess.run(
        [sys.executable, "-c", RUN, str(build), str(stages), *arguments],
        cwd=ROOT,
        env=os.environ | environ,
        capture_output=True,
        text=True,
        check=False,
    )


def _wheel(installed: metadata.Distribution, folder: Path) -> None:
    """The wheel that a distribution was installed from, but for its compression.

    pip may have chosen one for this machine that is too new for Lambda's, where there is an older
    one as well: it is taken for that, since it is this machine that runs it.
    """
    about = (installed.read_text("WHEEL") or "").splitlines()
    tags = [line.removeprefix("Tag: ") for line in about if line.startswith("Tag: ")]
    tags += [NEWER.sub(r"manylinux2014_\1", each) for each in tags if NEWER.search(each)]
    parts = zip(*(tag.split("-") for tag in tags), strict=True)
    tag = "-".join(".".join(dict.fromkeys(part)) for part in parts)
    name = installed.name.replace("-", "_").replace(".", "_")
    with zipfile.ZipFile(folder / f"{name}-{installed.version}-{tag}.whl", "w") as wheel:
        for file in installed.files or []:
            if ".." not in file.parts and "__pycache__" not in file.parts:
                wheel.write(str(file.locate()), str(file))
