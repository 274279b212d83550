"""One stack for each test process: real HTTP, real sockets, a clock that stands still.

Tests share its tables and never its members: each test registers people of its own.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest

from infra.local.clock import StackClock
from infra.local.stack import Deployed, Stack, scratch_folder

stack_of_this_process: Stack | None = None


def _load(clock: StackClock) -> Deployed:
    """The app is imported only now that the environment is complete."""
    deployed: Deployed = import_module("infra.local.deployed").load(clock)
    return deployed


def pytest_configure(config: pytest.Config) -> None:
    """Start before collection: modules of tests import the app, which reads its environment."""
    global stack_of_this_process  # noqa: PLW0603  there is one for each process
    if config.option.collectonly or _is_controller(config):
        return
    folder = scratch_folder()
    stack_of_this_process = Stack(folder, _load, engine=_engine())
    stack_of_this_process.clock.set_rate(0)
    stack_of_this_process.start()


def _engine() -> str:
    """The engine under test: dynoxide, moto, or whatever answers at a URL."""
    named = os.environ.get("PAIRLY_DYNAMODB_ENDPOINT") or os.environ.get("PAIRLY_ENGINE")
    return named or "dynoxide"


def _is_controller(config: pytest.Config) -> bool:
    """Whether this process only hands tests to workers."""
    return bool(getattr(config.option, "numprocesses", None)) and not hasattr(config, "workerinput")


def pytest_unconfigure() -> None:
    if stack_of_this_process is not None:
        stack_of_this_process.stop()
        shutil.rmtree(stack_of_this_process.folder)


@pytest.fixture(scope="session")
def stack() -> Stack:
    """The running stack; `stack.settle()` works off what is due, `stack.clock.advance` makes it."""
    assert stack_of_this_process is not None
    return stack_of_this_process


@pytest.fixture(scope="session")
def meter(stack: Stack) -> Any:
    """What functions ask of DynamoDB."""
    return import_module("infra.metering").Meter.attach()


@pytest.fixture(scope="session")
def overstepping(stack: Stack) -> Any:
    """Calls of AWS that a function made and did not declare."""
    noted = import_module("tests.declared").Overstepping()
    noted.attach()
    return noted


@pytest.fixture(autouse=True)
def _calls_only_what_it_declares(overstepping: Any) -> Iterator[None]:
    """No function may call what it did not declare: its role would refuse."""
    overstepping.taken()
    yield
    assert overstepping.taken() == []


@pytest.fixture
def join(stack: Stack) -> Iterator[Callable[..., Any]]:
    """Register somebody through the front door: `join("alice")`."""
    people = import_module("tests.people")
    joined: list[Any] = []

    def join_one(name: str = "somebody", **about: Any) -> Any:
        member = people.join(stack, name, **about)
        joined.append(member)
        return member

    yield join_one
    for member in joined:
        member.hang_up()


@pytest.fixture
def alice(join: Callable[..., Any]) -> Any:
    """A member with her sign-up credits."""
    return join("alice")


@pytest.fixture
def bob(join: Callable[..., Any]) -> Any:
    """Another member."""
    return join("bob")


@pytest.fixture
def conversation(alice: Any, bob: Any) -> str:
    """Alice and Bob matched; the id of their conversation."""
    return str(import_module("tests.people").match(alice, bob))
