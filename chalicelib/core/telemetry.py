"""Logs and metrics, as Lambda collects them: JSON lines and embedded metrics on standard output.

Invariant: a log line never carries a body, token, code, email address or location. Fields with
such names are masked whatever their depth, so that a careless call cannot leak.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from logging import LogRecord
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter
from aws_lambda_powertools.metrics import MetricUnit

from chalicelib.core.errors import PairlyError, Unavailable
from chalicelib.core.settings import settings

MASK = "•••"
SECRET_FIELDS = frozenset(
    {
        "authorization", "birthdate", "body", "code", "email", "location", "password",
        "preview", "refresh_token", "access_token", "secret", "ticket", "token",
    }
)  # fmt: skip


class MaskingFormatter(LambdaPowertoolsFormatter):
    """Powertools' JSON lines, with secrets masked.

    Its `location`, which is a line of code, would be masked as a member's is; `caller` says it.
    """

    def format(self, record: LogRecord) -> str:
        record.caller = f"{record.module}.{record.funcName}:{record.lineno}"
        return super().format(record)

    def serialize(self, log: Any) -> str:
        return super().serialize(masked(log))


def masked(value: Any) -> Any:
    """The same value, without what must not be logged."""
    if isinstance(value, dict):
        return {
            name: MASK if str(name).lower() in SECRET_FIELDS else masked(inner)
            for name, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [masked(inner) for inner in value]
    return value


formatter = MaskingFormatter(location=None)
logger = Logger(service=f"pairly-{settings().stage}", logger_formatter=formatter)
metrics = Metrics(namespace="Pairly", service=settings().stage)


def count(name: str, amount: int = 1) -> None:
    """Add to a metric of this invocation."""
    metrics.add_metric(name, MetricUnit.Count, amount)


def refusal_told(refusal: PairlyError) -> None:
    """Note a refusal that is our own weakness: something that we depend on did not answer."""
    if isinstance(refusal, Unavailable):
        count("Unavailable")
        logger.warning("unavailable", exc_info=True)


@contextmanager
def invocation(**about: Any) -> Iterator[None]:
    """Around one invocation: `about` stands on each of its log lines, its metrics leave at the end.

    Never put anything of a member's in `about` but ids.
    """
    logger.thread_safe_append_keys(**about)
    try:
        yield
    finally:
        logger.thread_safe_remove_keys(about)
        if metrics.metric_set:
            metrics.flush_metrics()
