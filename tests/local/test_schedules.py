"""When `rate(…)` and `cron(…)` come round."""

from datetime import UTC, datetime

import pytest

from infra.local.schedules import parse


@pytest.mark.parametrize(
    ("expression", "now", "following"),
    [
        ("rate(1 minute)", "2026-01-01T00:00:30", "2026-01-01T00:01:30"),
        ("rate(5 minutes)", "2026-01-01T00:00:00", "2026-01-01T00:05:00"),
        ("rate(2 days)", "2026-01-01T00:00:00", "2026-01-03T00:00:00"),
        ("cron(0 3 * * ? *)", "2026-01-01T02:59:59", "2026-01-01T03:00:00"),
        ("cron(0 3 * * ? *)", "2026-01-01T03:00:00", "2026-01-02T03:00:00"),
        ("cron(0/15 * * * ? *)", "2026-01-01T10:16:00", "2026-01-01T10:30:00"),
        ("cron(5,35 8-9 * * ? *)", "2026-01-01T08:35:00", "2026-01-01T09:05:00"),
        ("cron(0 12 ? * MON-FRI *)", "2026-01-02T12:00:00", "2026-01-05T12:00:00"),
        ("cron(0 12 ? * 1 *)", "2026-01-02T12:00:00", "2026-01-04T12:00:00"),
        ("cron(30 0 1 JAN,JUL ? *)", "2026-01-01T00:30:00", "2026-07-01T00:30:00"),
        ("cron(0 0 29 2 ? *)", "2026-01-01T00:00:00", "2028-02-29T00:00:00"),
        ("cron(0 0 31 12 ? 2027)", "2026-12-31T00:00:00", "2027-12-31T00:00:00"),
    ],
)
def test_an_expression_comes_round(expression: str, now: str, following: str) -> None:
    assert parse(expression).after(_seconds(now)) == _seconds(following)


@pytest.mark.parametrize(
    "expression",
    ["rate(5)", "hourly", "cron(0 3 * * ?)", "cron(60 3 * * ? *)", "cron(0 3 L * ? *)"],
)
def test_what_is_not_understood_is_refused(expression: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse(expression)


def test_a_time_that_never_comes_is_refused() -> None:
    with pytest.raises(ValueError, match="never"):
        parse("cron(0 0 30 2 ? *)").after(_seconds("2026-01-01T00:00:00"))


def _seconds(instant: str) -> float:
    return datetime.fromisoformat(instant).replace(tzinfo=UTC).timestamp()
