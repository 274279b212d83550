"""DynamoDB streams → Lambda, as an event source mapping does it.

Changes of kinds that the source does not ask for are passed over. A batch that fails is halved
until the record at fault stands alone; that one is tried again, and then set aside so that the
records behind it can pass. A handler may name the first record that it did not manage, where the
source `reports_failures`.

Invariant: the position is saved only after the records before it were handled or set aside, so a
killed stack hands some records over twice but loses none.
"""

import logging
import threading
from collections.abc import Iterator
from typing import Any

from infra.functions import Function, StreamSource
from infra.local import events
from infra.local.runtime import Runtime
from infra.local.state import State
from infra.local.wire import Wire, WireError

log = logging.getLogger(__name__)

FAILURES = "failures"
TRIES = 4
"""How often a record that stands alone is tried. The one difference to Lambda, which goes on until
the record is older than `record_age_seconds_max`: nobody here waits for hours."""
Record = dict[str, Any]


class Stream:
    """The stream of one table, read by one function from where it left off."""

    def __init__(self, table: str, reader: str, wire: Wire, state: State) -> None:
        self.table = table
        self._wire = wire
        self._state = state
        self._reader = reader
        self._iterators: dict[str, str] = {}
        self._ended: set[str] = set()
        self.arn: str = wire.tables("DescribeTable", TableName=table)["Table"]["LatestStreamArn"]

    def read(self, limit: int) -> Iterator[tuple[str, list[Record]]]:
        """The next records of each shard that has any."""
        for shard in self._shards():
            iterator = self._iterators.get(shard) or self._iterator(shard)
            answer = self._wire.streams("GetRecords", ShardIterator=iterator, Limit=limit)
            following = answer.get("NextShardIterator")
            if following:
                self._iterators[shard] = following
            else:
                self._iterators.pop(shard, None)
                self._ended.add(shard)
            if answer["Records"]:
                yield shard, answer["Records"]

    def save(self, shard: str, record: Record) -> None:
        """Everything up to this record is done with."""
        self._state.put(self._position(shard), record["dynamodb"]["SequenceNumber"])

    def rewind(self, shard: str) -> None:
        """Read again from the saved position: what was read last was not handed over."""
        self._iterators.pop(shard, None)

    def _shards(self) -> list[str]:
        known = list(self._iterators)
        if known:
            return known
        stream = self._wire.streams("DescribeStream", StreamArn=self.arn)["StreamDescription"]
        shards = [shard["ShardId"] for shard in stream.get("Shards", [])]
        return [shard for shard in shards if shard not in self._ended]

    def _iterator(self, shard: str) -> str:
        asked = {"StreamArn": self.arn, "ShardId": shard}
        seen = self._state.get(self._position(shard))
        if seen is not None:
            after = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": seen}
            try:
                return str(self._ask(**asked, **after))
            except WireError as failure:
                if failure.code != "TrimmedDataAccessException":
                    raise
        return self._ask(**asked, ShardIteratorType="TRIM_HORIZON")

    def _ask(self, **asked: str) -> str:
        iterator: str = self._wire.streams("GetShardIterator", **asked)["ShardIterator"]
        return iterator

    def _position(self, shard: str) -> str:
        return f"position/{self._reader}/{self.arn}/{shard}"


class StreamPump:
    """Hands a table's changes to one function."""

    def __init__(
        self,
        function: Function,
        source: StreamSource,
        stream: Stream,
        runtime: Runtime,
        *,
        polls: bool,
    ) -> None:
        self.name = function.name
        self.table = stream.table
        self.polls = polls
        self.batch_size = source.batch_size
        self.wake = threading.Event()
        self._function = function
        self._source = source
        self._stream = stream
        self._runtime = runtime

    def turn(self) -> int:
        done = 0
        for shard, records in self._stream.read(self.batch_size):
            try:
                self._pass_on(shard, records)
            except BaseException:
                self._stream.rewind(shard)
                raise
            done += len(records)
        return done

    def due_in(self) -> float | None:
        return None

    def _pass_on(self, shard: str, records: list[Record]) -> None:
        """Hand over what the source asks for, and be done with the rest."""
        kinds = self._source.event_names
        wanted = [each for each in records if each["eventName"] in kinds]
        if wanted:
            self._deliver(shard, wanted)
        if records[-1]["eventName"] not in kinds:
            self._stream.save(shard, records[-1])

    def _deliver(self, shard: str, records: list[Record], attempt: int = 1) -> None:
        handled, error = self._try(records)
        if handled:
            self._stream.save(shard, records[handled - 1])
        rest = records[handled:]
        if not rest:
            return
        if len(rest) > 1:
            middle = len(rest) // 2
            self._deliver(shard, rest[:middle])
            self._deliver(shard, rest[middle:])
        elif attempt < TRIES:
            self._runtime.pause(attempt - 1)
            self._deliver(shard, rest, attempt + 1)
        else:
            self._set_aside(rest[0], error)
            self._stream.save(shard, rest[0])

    def _try(self, records: list[Record]) -> tuple[int, str]:
        """How many records were handled before the first failure, and what failed."""
        event = events.stream_batch(self._stream.arn, records)
        try:
            answer = self._runtime.lambdas.invoke(self._function, event)
        except Exception as failure:
            log.warning("%s failed on %d records", self.name, len(records), exc_info=True)
            return 0, repr(failure)
        failed = reported(answer) if self._source.reports_failures else []
        sequence = [record["dynamodb"]["SequenceNumber"] for record in records]
        places = [sequence.index(name) if name in sequence else 0 for name in failed]
        return min(places, default=len(records)), "reported by the handler"

    def _set_aside(self, record: Record, error: str) -> None:
        log.error("%s gave up on a record: %s", self.name, error)
        now = self._runtime.clock()
        kept = {"function": self.name, "at": now, "error": error, "record": record}
        self._runtime.state.append(FAILURES, kept)


def reported(answer: Any) -> list[str]:
    """The items that a handler says it did not manage; anything but a report means all is well."""
    failures = answer.get("batchItemFailures") if isinstance(answer, dict) else None
    return [failure["itemIdentifier"] for failure in failures or []]
