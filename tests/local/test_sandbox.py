"""A function of a package in a process of its own, as Lambda runs it."""

import sysconfig
from pathlib import Path
from typing import Any

import pytest

from infra.local.clock import StackClock
from infra.local.sandbox import FunctionFailed
from infra.local.sandboxes import LOGS

from .conftest import Run


def test_a_function_has_its_own_environment_and_lambdas_and_nothing_else(run: Run) -> None:
    environment = run("about")["environment"]

    assert environment.pop("OWN") == "about"
    assert environment["AWS_LAMBDA_FUNCTION_NAME"] == "pairly-dev-about"
    assert environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "256"
    assert environment["_HANDLER"] == "app.about"
    named = ("AWS_", "LAMBDA_", "_HANDLER", "HOME", "LANG", "LC_CTYPE", "PATH", "TZ")
    assert [name for name in environment if not name.startswith(named)] == []


def test_a_function_can_import_its_bundle_and_the_standard_library_alone(
    run: Run, bundle: Path
) -> None:
    said = run("about")
    libraries = {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")}
    elsewhere = [
        path
        for path in said["path"]
        if path != str(bundle) and not path.startswith(tuple(libraries)) and "python3" not in path
    ]

    assert said["path"][0] == said["folder"] == said["environment"]["LAMBDA_TASK_ROOT"]
    assert elsewhere == []
    assert not any("site-packages" in path for path in said["path"])
    assert not {"infra", "chalice", "site", "iam", "events"} & set(said["modules"])


def test_a_function_is_told_who_it_is_and_how_long_it_has(run: Run) -> None:
    said = run("about")

    assert said["context"] == {
        "function_name": "pairly-dev-about",
        "memory_limit_in_mb": 256,
        "invoked_function_arn": "arn:aws:lambda:us-east-1:123456789012:function:pairly-dev-about",
    }
    assert 0 < said["left_millis"] <= 5000


def test_what_a_function_prints_is_its_log_and_never_its_answer(run: Run, tmp_path: Path) -> None:
    assert run("echo", {"grüße": [1, None]}) == {"grüße": [1, None]}

    log = (tmp_path / LOGS / "echo.log").read_text()
    assert "a forgery" in log
    assert "straight to the wire?" in log
    assert "to the errors" in log
    assert "Memory Size: 256 MB" in log


def test_an_error_is_told_as_lambda_tells_it(run: Run, tmp_path: Path) -> None:
    with pytest.raises(FunctionFailed) as failure:
        run("fail", "missing")

    assert (failure.value.kind, str(failure.value)) == ("KeyError", "'missing'")
    assert "in fail" in failure.value.__notes__[0]
    assert "[ERROR] KeyError: 'missing'" in (tmp_path / LOGS / "fail.log").read_text()


def test_an_answer_has_at_most_six_megabytes(run: Run) -> None:
    assert len(run("large", 6 * 1024 * 1024)) == 6 * 1024 * 1024
    with pytest.raises(FunctionFailed, match="exceeded maximum allowed payload size"):
        run("large", 6 * 1024 * 1024 + 200)


def test_an_answer_that_is_not_json_is_refused(run: Run) -> None:
    with pytest.raises(FunctionFailed, match="set is not JSON serializable") as failure:
        run("strange")

    assert failure.value.kind == "Runtime.MarshalError"


@pytest.mark.parametrize(
    ("end", "told"),
    [
        (3, "Runtime exited with error: exit status 3"),
        (0, "Runtime exited without providing a reason"),
        ("at once", "Runtime exited with error: signal: killed"),
    ],
)
def test_a_function_that_dies_is_told_as_lambda_tells_it(run: Run, end: Any, told: str) -> None:
    for _ in range(2):
        with pytest.raises(FunctionFailed, match=told):
            run("die", end)


def test_code_that_cannot_be_imported_is_told_at_each_call(run: Run, bundle: Path) -> None:
    (bundle / "app.py").write_text("import nothing_of_this_name")

    for _ in range(2):
        with pytest.raises(FunctionFailed, match="Unable to import module 'app'") as failure:
            run("echo")
        assert failure.value.kind == "Runtime.ImportModuleError"


def test_a_handler_that_is_missing_is_told_by_name(run: Run, bundle: Path) -> None:
    (bundle / "app.py").write_text("")

    with pytest.raises(FunctionFailed, match="Handler 'echo' missing on module 'app'"):
        run("echo")


def test_the_function_goes_by_the_stack_clock(run: Run, stack_clock: StackClock) -> None:
    stack_clock.set_rate(0)
    assert run("now") == stack_clock()

    stack_clock.advance(3600)
    assert run("now") == stack_clock()
