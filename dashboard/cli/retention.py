"""`taliq retention`: how long each kind of data is kept, and the removal of what is older."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from dashboard.cli import opened, tables
from dashboard.cli.bars import bar
from dashboard.cli.clicked import Commands
from dashboard.cli.words import count, say
from moderation.retention import MAX_DAYS, Kind

if TYPE_CHECKING:
    from moderation.retention import Applied


@click.group(cls=Commands, help=say("retention.help"))
def retention() -> None:
    pass


@retention.command("list", help=say("retention.help.list"))
def list_() -> None:
    from moderation.service import retention as keeping

    rows = [
        (one.kind.value, _days(one.days), one.set_by or "", say(f"retention.kind.{one.kind}"))
        for one in keeping.periods(opened.desk(), opened.OPERATOR)
    ]
    tables.show([say(f"retention.column.{name}") for name in ("kind", "period", "set_by", "what")], rows)


def _days(days: int) -> str:
    return count("retention.days", days) if days else say("retention.for_ever")


@retention.command("set", help=say("retention.help.set"))
@click.argument("kind", type=click.Choice([kind.value for kind in Kind]), metavar="KIND")
@click.argument("days", type=click.IntRange(0, MAX_DAYS), metavar="DAYS")
def set_(kind: str, days: int) -> None:
    from moderation.service import retention as keeping

    period = keeping.set_days(opened.desk(), opened.OPERATOR, Kind(kind), days)
    click.echo(f"{period.kind.value}: {_days(period.days)}", err=True)


@retention.command("run", help=say("retention.help.run"))
@click.option("--dry-run", is_flag=True, help=say("retention.option.dry_run"))
def run(*, dry_run: bool) -> None:
    from moderation.service import retention as keeping

    desk = opened.desk()
    if dry_run:
        _show(keeping.due(desk, opened.OPERATOR))
        return
    with bar(say("retention.bar")) as advance:
        done = keeping.run(desk, opened.OPERATOR, progress=advance)
    _show(done)


def _show(found: list[Applied]) -> None:
    columns = [say(f"retention.column.{name}") for name in ("kind", "site", "period", "count")]
    tables.show(columns, [(one.kind.value, one.site or "", _days(one.days), one.count) for one in found])
