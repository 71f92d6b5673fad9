"""`taliq audit`: is the log whole, and what does it say."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dashboard.cli.bars import bar, told_of
from dashboard.cli.clicked import Commands
from dashboard.cli.files import refuse_wrong, write
from dashboard.cli.troubles import FAILED, WRONG_INPUT, Trouble
from dashboard.cli.types import ID, Moment
from dashboard.cli.words import count, language, say
from moderation.audit import EventType
from moderation.decision import Outcome, Reason

if TYPE_CHECKING:
    from moderation.verification import Verification


_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


def _one_of(words: type[StrEnum]) -> click.Choice[str]:
    """As they are stored and stand in addresses; of an enumeration itself Click would ask for the members' names."""
    return click.Choice([word.value for word in words], case_sensitive=False)


@click.group(cls=Commands, help=say("cli.help.audit"))
def audit() -> None:
    pass


@audit.command(help=say("cli.help.audit.verify"))
@click.option("--site", metavar="NAME", help=say("cli.option.verify.site"))
@click.option("--checkpoint", "notes", type=_FILE, multiple=True, help=say("cli.option.checkpoint"))
@click.option("--key", "keys", metavar="VKEY", multiple=True, help=say("cli.option.vkey"))
@click.pass_context
def verify(ctx: click.Context, site: str | None, notes: tuple[Path, ...], keys: tuple[str, ...]) -> None:
    from dashboard.cli import opened
    from moderation.checkpoint import verifier_of
    from moderation.service import audit as log

    kept = [_note_in(note) for note in notes]
    trusted = [verifier_of(key) for key in keys]
    with bar(say("cli.audit.bar")) as advance:
        found = log.verify(
            opened.existing().desk,
            opened.OPERATOR,
            site=site,
            everything=site is None,
            notes=kept,
            trusted=trusted,
            progress=advance,
        )
    for one in found:
        click.echo(_finding(one))
    if not found:
        click.echo(say("cli.audit.nothing"), err=True)
    if not found or not all(one.ok for one in found):
        ctx.exit(FAILED)


def _note_in(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace")


def _finding(one: Verification) -> str:
    if one.first_break is None:
        whole = count("cli.audit.whole", one.size, origin=one.origin, root=one.root)
        return f"{whole}\n  {count('cli.audit.heads', one.checkpoints)}" if one.checkpoints else whole
    wrong = one.first_break
    if wrong.until is not None:
        first, last, size = (str(number) for number in (wrong.position, wrong.until - 1, wrong.until))
        return say("cli.audit.forked", origin=one.origin, position=first, last=last, size=size)
    kind = say(f"cli.audit.break.{wrong.kind.value}")
    return say("cli.audit.broken", origin=one.origin, position=str(wrong.position), kind=kind)


@audit.command(help=say("cli.help.audit.export"))
@click.option(
    "--format",
    "format_",
    type=click.Choice(["jsonl", "csv", "xlsx", "parquet"]),
    default="jsonl",
    help=say("cli.option.form"),
)
@click.option("--site", metavar="NAME", help=say("cli.option.export.site"))
@click.option("--since", type=Moment(), help=say("cli.option.since"))
@click.option("--until", type=Moment(end=True), help=say("cli.option.until"))
@click.option("--actor", metavar="NAME", help=say("cli.option.actor"))
@click.option("--type", "type_", type=_one_of(EventType), metavar="TYPE", help=say("cli.option.type"))
@click.option("--people-only", is_flag=True, help=say("cli.option.people_only"))
@click.option("--comment", type=ID, metavar="ID", help=say("cli.option.comment"))
@click.option("--article", type=ID, metavar="ID", help=say("cli.option.article"))
@click.option("--commenter", type=ID, metavar="ID", help=say("cli.option.commenter"))
@click.option("--outcome", type=_one_of(Outcome), help=say("cli.option.outcome"))
@click.option("--reason", type=_one_of(Reason), help=say("cli.option.reason"))
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
    article: int | None,
    commenter: int | None,
    outcome: str | None,
    reason: str | None,
    out: Path | None,
) -> None:
    from dashboard import spreadsheets
    from dashboard.cli import opened
    from moderation.exports import events
    from moderation.ports import EventFilter
    from moderation.service import audit as log

    refuse_wrong(out)
    where = EventFilter(
        actor=actor,
        type=type_,
        since=since,
        until=until,
        people_only=people_only,
        comment_id=comment,
        article_id=article,
        commenter_id=commenter,
        outcome=outcome,
        reason=reason,
    )
    made = log.export(opened.existing().desk, opened.OPERATOR, site=site, where=where)
    with bar(say("cli.audit.export.bar")) as advance:
        tell = partial(advance, total=made.size)
        if format_ == "jsonl" and not made.complete:
            proven = told_of(made.proven, tell, lambda one: one.event.position)
            write(events.selection(proven, made.note), out)
            return
        form = {
            "jsonl": events.jsonl,
            "csv": events.csv,
            "xlsx": partial(spreadsheets.xlsx, lang=language()),
            "parquet": spreadsheets.parquet,
        }[format_]
        write(form(told_of(made.rows, tell, lambda one: one.position), made.note), out)


@audit.command(help=say("cli.help.audit.checkpoint"))
@click.option("--site", metavar="NAME", help=say("cli.option.export.site"))
@click.option("--out", type=click.Path(path_type=Path), metavar="PATH", help=say("cli.option.out"))
def checkpoint(*, site: str | None, out: Path | None) -> None:
    from dashboard.cli import opened
    from moderation.service import audit as log

    refuse_wrong(out)
    made = log.checkpoint(opened.existing().desk, opened.OPERATOR, site=site)
    write([made.note.encode()], out)


@audit.command(help=say("cli.help.audit.key"))
def key() -> None:
    from dashboard.cli import opened
    from moderation.service import audit as log

    for one in log.keys(opened.existing().desk, opened.OPERATOR):
        click.echo(one.vkey())


@audit.command(help=say("cli.help.audit.proof"))
@click.argument("position", type=ID, metavar="EVENT", required=False)
@click.option("--decision", type=ID, metavar="ID", help=say("cli.option.decision"))
@click.option("--since", type=_FILE, help=say("cli.option.since_head"))
@click.option("--site", metavar="NAME", help=say("cli.option.export.site"))
@click.option("--out", type=click.Path(path_type=Path), metavar="PATH", help=say("cli.option.out"))
def proof(
    *, position: int | None, decision: int | None, since: Path | None, site: str | None, out: Path | None
) -> None:
    from dashboard.cli import opened
    from moderation.service import audit as log

    refuse_wrong(out)
    if [position, decision, since].count(None) != 2:
        raise Trouble(say("cli.audit.proof.of_what"), WRONG_INPUT)
    if decision is not None:
        site, position = log.place_of(opened.existing().desk, opened.OPERATOR, decision)
    if position is not None:
        text = log.prove(opened.existing().desk, opened.OPERATOR, position, site=site)
    elif since is not None:
        text = log.prove_growth(opened.existing().desk, opened.OPERATOR, _note_in(since))
    write([text.encode()], out)


@audit.command(help=say("cli.help.audit.check"))
@click.argument("file", type=_FILE)
@click.option("--checkpoint", "notes", type=_FILE, multiple=True, help=say("cli.option.checkpoint"))
@click.option("--key", "keys", metavar="VKEY", multiple=True, help=say("cli.option.vkey"))
@click.pass_context
def check(ctx: click.Context, file: Path, notes: tuple[Path, ...], keys: tuple[str, ...]) -> None:
    from moderation import offline_check

    given = [str(file)]
    for note in notes:
        given += ["--checkpoint", str(note)]
    for one in keys:
        given += ["--key", one]
    ctx.exit(offline_check.main(given))
