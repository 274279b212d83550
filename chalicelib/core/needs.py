"""What a door needs of AWS, declared beside its permission: the source of its function's role.

    SENDS = fetches("conversations", "payees") + puts("messages", "entries") + updates("wallets")

A need is one of IAM's actions on one resource, by short name: `table/wallets`,
`table/entries/index/by_number`, `queue/wallet-welcome`, `bucket/photos/uploads` (what lies below
`uploads/` in it), `secret/keyring`, `mail`, `sockets/POST`.
"""

import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

Handler = TypeVar("Handler", bound=Callable[..., Any])

TABLE, INDEX, QUEUE, BUCKET = "table/", "/index/", "queue/", "bucket/"


@dataclass(frozen=True, order=True)
class Need:
    """One action on one resource; `seldom` says why a common day may not see it used."""

    action: str
    resource: str
    seldom: str = field(default="", compare=False)


class Needs:
    """Needs, each once. One that is common for any reason is not seldom."""

    def __init__(self, needs: Iterable[Need] = ()) -> None:
        self._needs: dict[Need, Need] = {}
        for need in needs:
            kept = self._needs.get(need)
            if kept is None or kept.seldom:
                self._needs[need] = need

    def __iter__(self) -> Iterator[Need]:
        return iter(sorted(self._needs.values()))

    def __len__(self) -> int:
        return len(self._needs)

    def __contains__(self, need: object) -> bool:
        return need in self._needs

    def __add__(self, other: "Needs") -> "Needs":
        return Needs([*self._needs.values(), *other._needs.values()])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Needs) and self._needs.keys() == other._needs.keys()

    def __hash__(self) -> int:
        return hash(frozenset(self._needs))

    def of(self, *actions: str) -> frozenset[str]:
        """The short names of the tables on which these actions of DynamoDB are needed."""
        wanted = {f"dynamodb:{action}" for action in actions}
        return frozenset(
            need.resource.removeprefix(TABLE).partition(INDEX)[0]
            for need in self
            if need.action in wanted
        )

    @property
    def tables(self) -> frozenset[str]:
        """Every table that is touched."""
        return self.of("GetItem", "BatchGetItem", "Query") | self.written

    @property
    def written(self) -> frozenset[str]:
        """Every table that is written."""
        return self.of("PutItem", "UpdateItem", "DeleteItem")


NOTHING = Needs()

_declared: dict[str, tuple[str, ...]] = {}


def needs(*names: str) -> Callable[[Handler], Handler]:
    """Declare what a handler in `app.py` needs: `wallet:GRANTS` is `chalicelib.wallet.GRANTS`.

    By name, so that no function imports what another one needs.
    """

    def declare(handler: Handler) -> Handler:
        _declared[handler.__name__] = names
        return handler

    return declare


def declared(handler: str) -> Needs:
    """What a handler in `app.py` said that it needs; raises LookupError if it said nothing."""
    if handler not in _declared:
        raise LookupError(f"{handler} does not say what it needs")
    return named(*_declared[handler])


def modules_of(handler: str) -> tuple[str, ...]:
    """The modules in which a handler in `app.py` finds what it does: those that name its needs."""
    return tuple(
        dict.fromkeys(f"chalicelib.{name.partition(':')[0]}" for name in _declared[handler])
    )


def named(*names: str) -> Needs:
    """Needs by their names: `wallet:GRANTS` is `chalicelib.wallet.GRANTS`."""
    return sum((pkgutil.resolve_name(f"chalicelib.{name}") for name in names), start=NOTHING)


def finds(*tables: str) -> Needs:
    """To read one item at a time, by `Record.find`."""
    return _on_tables("GetItem", tables)


def fetches(*tables: str) -> Needs:
    """To read items of several places at once, by `db.fetch`."""
    return _on_tables("BatchGetItem", tables)


def queries(*tables: str) -> Needs:
    """To read a list of a table, or of its index as `entries/by_number`."""
    return _on_tables("Query", (each.replace("/", INDEX) for each in tables))


def puts(*tables: str) -> Needs:
    """To create items."""
    return _on_tables("PutItem", tables)


def updates(*tables: str) -> Needs:
    """To change items."""
    return _on_tables("UpdateItem", tables)


def deletes(*tables: str) -> Needs:
    """To remove items."""
    return _on_tables("DeleteItem", tables)


def sends(*queues: str) -> Needs:
    """To send to queues."""
    return Needs(Need("sqs:SendMessage", QUEUE + queue) for queue in queues)


def objects(action: str, *folders: str) -> Needs:
    """To `Get`, `Put` or `Delete` objects in a bucket's folders, such as `photos/uploads`."""
    return Needs(Need(f"s3:{action}Object", BUCKET + folder) for folder in folders)


def seldom(reason: str, what: Needs) -> Needs:
    """The same, where a common day may not see it used, and why."""
    return Needs(replace(need, seldom=reason) for need in what)


def _on_tables(action: str, tables: Iterable[str]) -> Needs:
    return Needs(Need(f"dynamodb:{action}", TABLE + table) for table in tables)
