"""The pool that prefers warm threads."""

import threading
from collections.abc import Iterator

import pytest

from infra.local.threads import WarmPool


@pytest.fixture
def pool() -> Iterator[WarmPool]:
    pool = WarmPool(3, "test")
    yield pool
    pool.shutdown()


def test_calls_one_after_the_other_meet_the_same_thread(pool: WarmPool) -> None:
    together = threading.Barrier(3, timeout=5)
    for future in [pool.submit(together.wait) for _ in range(3)]:
        future.result(timeout=5)

    gate = threading.Event()
    first = pool.submit(lambda: gate.wait(5) and _name())
    again: list[str] = []
    told = threading.Event()

    def call_again(_: object) -> None:
        following = pool.submit(_name)
        following.add_done_callback(lambda done: (again.append(done.result()), told.set()))

    first.add_done_callback(call_again)
    gate.set()
    assert told.wait(5)
    assert again == [first.result()]


def test_calls_at_the_same_time_have_a_thread_each(pool: WarmPool) -> None:
    together = threading.Barrier(3, timeout=5)

    futures = [pool.submit(together.wait) for _ in range(3)]
    assert {future.result(timeout=5) for future in futures} == {0, 1, 2}


def test_more_calls_than_threads_wait_their_turn(pool: WarmPool) -> None:
    gate = threading.Event()
    held = [pool.submit(gate.wait, 5) for _ in range(3)]
    later = [pool.submit(str, number) for number in range(10)]
    assert not any(future.done() for future in later)

    gate.set()
    assert [future.result(timeout=5) for future in later] == [str(n) for n in range(10)]
    assert all(future.result(timeout=5) for future in held)


def test_a_failure_reaches_the_caller_and_spares_the_thread(pool: WarmPool) -> None:
    with pytest.raises(ZeroDivisionError):
        pool.submit(lambda: 1 / 0).result(timeout=5)

    assert pool.submit(str, 1).result(timeout=5) == "1"


def test_closing_finishes_what_was_taken_and_takes_no_more() -> None:
    pool = WarmPool(1, "test")
    futures = [pool.submit(str, number) for number in range(5)]
    pool.shutdown()

    assert [future.result(timeout=0) for future in futures] == ["0", "1", "2", "3", "4"]
    with pytest.raises(RuntimeError):
        pool.submit(str, 6)


def _name() -> str:
    return threading.current_thread().name
