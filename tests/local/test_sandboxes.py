"""How sandboxes come, are used again, and go."""

import os
import select
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from infra.local.clock import StackClock
from infra.local.sandbox import FunctionFailed
from infra.local.sandboxes import Sandboxes

from . import boxed
from .conftest import Run

ROOT = Path(__file__).parents[2]
SECONDS_MAX = 10.0


@pytest.fixture
def meeting(tmp_path: Path) -> Path:
    """A pipe by name: whoever opens it waits for the other side."""
    os.mkfifo(tmp_path / "meeting")
    return tmp_path / "meeting"


def test_an_error_of_the_function_leaves_its_sandbox_alive(run: Run, sandboxes: Sandboxes) -> None:
    for _ in range(2):
        with pytest.raises(FunctionFailed):
            run("fail", "missing")

    assert len(sandboxes.pids) == 1


def test_a_function_is_killed_at_its_time_limit_and_the_next_call_has_a_new_one(
    bundle: Path, tmp_path: Path, stack_clock: StackClock
) -> None:
    shipped = boxed.shipped(bundle, timeout_seconds=1)
    pool = Sandboxes(shipped, stage="dev", clock=stack_clock, folder=tmp_path)
    try:
        with pytest.raises(FunctionFailed, match=r"Task timed out after 1\.00 seconds"):
            pool.run(boxed.function("hang"), None)

        assert pool.pids == {}
        assert pool.run(boxed.function("echo"), "still here") == "still here"
    finally:
        pool.stop()


def test_a_sandbox_that_died_at_rest_is_replaced(run: Run) -> None:
    first = run("pid")
    os.kill(first, signal.SIGKILL)
    os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)

    assert run("pid") != first


def test_a_warm_sandbox_is_used_again(run: Run) -> None:
    assert run("pid") == run("pid")


def test_two_calls_at_a_time_have_two_sandboxes(run: Run, meeting: Path) -> None:
    with ThreadPoolExecutor(2) as threads:
        reading = threads.submit(run, "meet", {"path": str(meeting), "mode": "r"})
        writing = threads.submit(run, "meet", {"path": str(meeting), "mode": "w"})
        (reader, heard), (writer, _) = reading.result(SECONDS_MAX), writing.result(SECONDS_MAX)

    assert heard == "hello"
    assert reader != writer


def test_the_one_that_rested_longest_makes_room(
    run: Run, sandboxes: Sandboxes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.local.sandboxes.SANDBOXES_MAX", 2)
    for name in ("pid", "now", "pid", "echo"):
        run(name)

    assert list(sandboxes.pids.values()) == ["pid", "echo"]


def test_one_that_could_not_start_takes_no_room(
    run: Run, sandboxes: Sandboxes, bundle: Path
) -> None:
    (bundle / "app.py").write_text("import nothing_of_this_name")
    with pytest.raises(FunctionFailed):
        run("echo")

    assert sandboxes.count == 0


def test_where_all_are_busy_the_next_call_waits(
    run: Run, sandboxes: Sandboxes, meeting: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.local.sandboxes.SANDBOXES_MAX", 1)
    with ThreadPoolExecutor(2) as threads:
        reading = threads.submit(run, "meet", {"path": str(meeting), "mode": "r"})
        with meeting.open("w") as other_side:
            waiting = threads.submit(run, "echo", "at last")
            other_side.write("go on")

        assert reading.result(SECONDS_MAX)[1] == "go on"
        assert waiting.result(SECONDS_MAX) == "at last"
    assert len(sandboxes.pids) == 1


def test_a_sandbox_ends_with_the_stack_however_that_ends(bundle: Path, meeting: Path) -> None:
    program = (
        "import sys\n"
        "from tests.local import test_sandboxes as here\n"
        "here.hang_in(*sys.argv[1:])\n"
    )  # fmt: skip
    stack = subprocess.Popen([sys.executable, "-c", program, bundle, meeting], cwd=ROOT)
    with meeting.open() as told:
        function = int(told.readline())
        stack.kill()
        stack.wait()
        heard, _, _ = select.select([told], [], [], SECONDS_MAX)
        if not heard:
            os.kill(function, signal.SIGKILL)

        assert heard, "the function of a stack that was killed lives on"
        assert told.read() == ""


def hang_in(bundle: str, meeting: str) -> None:
    """Be a stack whose function never ends."""
    folder = Path(bundle).parent
    pool = Sandboxes(boxed.shipped(Path(bundle)), stage="dev", clock=StackClock(), folder=folder)
    pool.run(boxed.function("last_words"), meeting)
