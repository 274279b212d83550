"""Objects that were accepted are kept, and told of until somebody handled them."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.local.buckets import AlreadyThere, Buckets, NoSuchBucket

BUCKET = "pairly-dev-things"
PUTTING = """\
import sys
from pathlib import Path
from infra.local.buckets import Buckets

buckets = Buckets(Path(sys.argv[1]), lambda: 0.0)
buckets.declare("pairly-dev-things")
buckets.watch("pairly-dev-things", "in/")
number = 0
while True:
    buckets.put("pairly-dev-things", f"in/{number % 50}", b"%d" % number * 1000, content_type="a/b")
    print(number, flush=True)
    number += 1
"""


class Clock:
    """A clock that is set by hand."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def buckets(tmp_path: Path, clock: Clock) -> Iterator[Buckets]:
    opened = opened_at(tmp_path, clock)
    yield opened
    opened.close()


def opened_at(folder: Path, clock: Any) -> Buckets:
    buckets = Buckets(folder / "buckets.sqlite", clock)
    buckets.declare(BUCKET)
    buckets.watch(BUCKET, "in/")
    return buckets


def put(buckets: Buckets, key: str, content: bytes = b"content", **about: Any) -> None:
    buckets.put(BUCKET, key, content, content_type="a/b", **about)


def content(buckets: Buckets, key: str) -> bytes | None:
    found = buckets.get(BUCKET, key)
    return found[1] if found else None


def test_an_object_is_the_one_that_was_put_last(buckets: Buckets, tmp_path: Path) -> None:
    put(buckets, "a", b"one")
    put(buckets, "a", b"other")
    put(buckets, "b", b"")

    assert (content(buckets, "a"), content(buckets, "b")) == (b"other", b"")
    assert buckets.keys(BUCKET) == ["a", "b"]
    assert len(list((tmp_path / "buckets").iterdir())) == 2


def test_who_wants_to_be_the_first_is_refused_where_somebody_was(
    buckets: Buckets, tmp_path: Path
) -> None:
    put(buckets, "a", b"one", is_first=True)

    with pytest.raises(AlreadyThere):
        put(buckets, "a", b"other", is_first=True)

    assert content(buckets, "a") == b"one"
    assert len(list((tmp_path / "buckets").iterdir())) == 1


def test_what_was_removed_is_gone_and_its_file_with_it(buckets: Buckets, tmp_path: Path) -> None:
    put(buckets, "a")
    buckets.remove(BUCKET, ["a", "never there"])

    assert content(buckets, "a") is None
    assert list((tmp_path / "buckets").iterdir()) == []


def test_there_is_no_bucket_that_nobody_declared(buckets: Buckets) -> None:
    with pytest.raises(NoSuchBucket):
        buckets.put("another", "a", b"", content_type="a/b")


def test_of_what_arrives_in_a_folder_there_is_a_notice_until_it_was_handled(
    buckets: Buckets,
) -> None:
    put(buckets, "in/a", b"four")
    put(buckets, "out/b")
    (notice,) = buckets.due(BUCKET, "in/", 10)

    assert (notice.key, notice.bytes, notice.tries) == ("in/a", 4, 0)
    assert buckets.due(BUCKET, "in/", 10) == [notice]
    buckets.handled(notice)
    assert buckets.due(BUCKET, "in/", 10) == []


def test_a_notice_that_was_postponed_comes_again_in_time(buckets: Buckets, clock: Clock) -> None:
    put(buckets, "in/a")
    (notice,) = buckets.due(BUCKET, "in/", 10)

    buckets.postpone(notice, 60)

    assert buckets.due(BUCKET, "in/", 10) == []
    assert buckets.next_due_at(BUCKET, "in/") == 1060.0
    clock.now = 1060.0
    assert [each.tries for each in buckets.due(BUCKET, "in/", 10)] == [1]


def test_objects_and_notices_outlive_a_restart(tmp_path: Path, clock: Clock) -> None:
    first = opened_at(tmp_path, clock)
    put(first, "in/a", b"kept")
    first.close()

    second = opened_at(tmp_path, clock)

    assert content(second, "in/a") == b"kept"
    assert [each.key for each in second.due(BUCKET, "in/", 10)] == ["in/a"]
    second.close()


def test_a_file_that_a_killed_stack_left_behind_is_swept(tmp_path: Path, clock: Clock) -> None:
    opened_at(tmp_path, clock).close()
    (tmp_path / "buckets" / "half").write_bytes(b"half")

    opened_at(tmp_path, clock).close()

    assert list((tmp_path / "buckets").iterdir()) == []


def test_no_object_that_was_accepted_is_lost_by_kill_9(tmp_path: Path, clock: Clock) -> None:
    file = tmp_path / "buckets.sqlite"
    with subprocess.Popen(
        [sys.executable, "-c", PUTTING, str(file)], stdout=subprocess.PIPE, text=True
    ) as putting:
        assert putting.stdout is not None
        said = [putting.stdout.readline() for _ in range(120)]
        os.kill(putting.pid, signal.SIGKILL)
        said += putting.stdout.readlines()
    accepted = [int(line) for line in said if line.endswith("\n")]

    buckets = opened_at(tmp_path, clock)

    assert accepted[-1] >= 119
    for number in accepted[-50:]:
        kept = content(buckets, f"in/{number % 50}")
        assert kept is not None
        assert kept[:1000] in (b"%d" % number * 1000)[:1000] or int(kept[:3]) > number
    assert len(buckets.due(BUCKET, "in/", 100_000)) >= len(accepted)
    buckets.close()
