"""`taliq audit`: is the log whole, and what does it say."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dashboard.cli.bars import bar
from dashboard.cli.troubles import FAILED
from dashboard.cli.types import Moment
from dashboard.cli.words import count, say

if TYPE_CHECKING:
    from moderation.audit import Verification


@click.group(help=say("cli.help.audit"))
def audit() -> None:
    pass


@audit.command(help=say("cli.help.audit.verify"))
@click.option("--site", metavar="NAME", help=say("cli.option.verify.site"))
@click.pass_context
def verify(ctx: click.Context, site: str | None) -> None:
    from dashboard.cli import opened
    from moderation.service import audit as log

    with bar(say("cli.audit.bar")) as advance:
        found = log.verify(opened.desk(), opened.OPERATOR, site=site, everything=site is None, progress=advance)
    for one in found:
        click.echo(_finding(one))
    if not all(one.ok for one in found):
        ctx.exit(FAILED)


def _finding(one: Verification) -> str:
    if one.first_break is None:
        return count("cli.audit.whole", one.size, origin=one.origin, root=one.root)
    kind = say(f"cli.audit.break.{one.first_break.kind.value}")
    return say("cli.audit.broken", origin=one.origin, position=str(one.first_break.position), kind=kind)


@audit.command(help=say("cli.help.audit.export"))
@click.option("--format", "format_", type=click.Choice(["jsonl", "csv"]), default="jsonl", help=say("cli.option.form"))
@click.option("--site", metavar="NAME", help=say("cli.option.export.site"))
@click.option("--since", type=Moment(), help=say("cli.option.since"))
@click.option("--until", type=Moment(end=True), help=say("cli.option.until"))
@click.option("--actor", metavar="NAME", help=say("cli.option.actor"))
@click.option("--type", "type_", metavar="TYPE", help=say("cli.option.type"))
@click.option("--people-only", is_flag=True, help=say("cli.option.people_only"))
@click.option("--comment", type=click.IntRange(0), metavar="ID", help=say("cli.option.comment"))
@click.option("--out", type=click.Path(path_type=Path), metavar="PATH", help=say("cli.option.out"))
def export(
    *,
    format_: str,
    site: str | None,
    since: datetime | None,
    until: datetime | None,
    actor: str | None,
    type_: str | None,
    people_only: bool,
    comment: int | None,
    out: Path | None,
) -> None:
    from dashboard.cli import opened
    from moderation.exports import events
    from moderation.ports import EventFilter
    from moderation.service import audit as log

    where = EventFilter(actor=actor, type=type_, since=since, until=until, people_only=people_only, comment_id=comment)
    write = {"jsonl": events.jsonl, "csv": events.csv}[format_]
    _write(write(log.export(opened.desk(), opened.OPERATOR, site=site, where=where)), out)


def _write(pieces: Iterable[bytes], out: Path | None) -> None:
    if out is None:
        for piece in pieces:
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
        return
    # Whoever finds the file finds all of it.
    part = out.with_name(out.name + ".part")
    with part.open("wb") as file:
        file.writelines(pieces)
    part.replace(out)
