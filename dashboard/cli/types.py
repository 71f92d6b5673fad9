"""Option values of our own."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import click

from dashboard.cli.words import say

# No id and no place in a log is more: the databases' integers have 64 bits.
ID = click.IntRange(0, 2**63 - 1)


class Moment(click.ParamType):
    """ISO 8601; without an offset it is UTC. A day without a time is its start, or with `end` the start of the next."""

    name = "time"

    def __init__(self, *, end: bool = False) -> None:
        self._end = end

    def convert(self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            if len(value) == len("2026-11-23"):
                day = datetime.combine(date.fromisoformat(value), time(), UTC)
                return day + timedelta(days=1) if self._end else day
            at = datetime.fromisoformat(value)
            return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail(say("cli.invalid.not_a_time", value=value), param, ctx)
