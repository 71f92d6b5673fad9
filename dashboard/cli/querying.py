"""`taliq parquet` and `taliq query`: files for free questions, and the questions."""

from __future__ import annotations

import csv as csv_format
import json
import sys
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dashboard.cli.bars import bar
from dashboard.cli.troubles import WRONG_INPUT, Trouble
from dashboard.cli.words import count, printable, say

if TYPE_CHECKING:
    from dashboard.querying import Answer

_FOLDER = click.option("--folder", type=click.Path(path_type=Path, file_okay=False), help=say("query.option.folder"))
# More would not be read on a terminal.
_SHOWN = 200


@click.command("parquet", help=say("cli.help.parquet"))
@_FOLDER
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help=say("query.option.since"))
@click.option("--with-text", is_flag=True, help=say("query.option.write_text"))
def parquet(folder: Path | None, since: datetime | None, with_text: bool) -> None:
    from dashboard import parquet as files
    from dashboard import settings as deployment
    from dashboard.cli import opened

    settings = deployment.from_environment()
    place = _place(folder)
    with bar(say("query.bar")) as advance:
        written = files.bring_up_to_date(
            opened.desk(),
            opened.OPERATOR,
            place,
            texts=with_text or settings.parquet_texts,
            since=since.date() if since else None,
            progress=advance,
        )
    click.echo(count("query.written", written.files, folder=str(place)), err=True)


@click.command("query", help=say("cli.help.query"))
@click.argument("question", metavar="SELECT")
@_FOLDER
@click.option("--with-text", is_flag=True, help=say("query.option.with_text"))
@click.option(
    "--format", "form", type=click.Choice(["table", "csv", "jsonl"]), default="table", help=say("query.option.form")
)
@click.option("--memory", default="512MB", show_default=True, metavar="SIZE", help=say("query.option.memory"))
def query(question: str, folder: Path | None, with_text: bool, form: str, memory: str) -> None:
    from dashboard import querying
    from dashboard.cli import opened
    from dashboard.parquet import first_zone

    try:
        # The zone is asked for as whoever runs the command, who may read it all.
        zone = first_zone(opened.desk())
        answer = querying.ask(_place(folder), question, zone=zone, with_text=with_text, memory=memory)
        {"table": _table, "csv": _csv, "jsonl": _json_lines}[form](answer)
    except querying.QueryError as error:
        views = ", ".join(querying.views(with_text=with_text))
        raise Trouble(say(f"query.error.{error.code}", message=error.message, views=views), WRONG_INPUT) from error


def _place(folder: Path | None) -> Path:
    from dashboard import settings as deployment

    place = folder or deployment.from_environment().parquet_folder
    if place is None:
        raise Trouble(say("query.error.no_folder"), WRONG_INPUT)
    return place


def _table(answer: Answer) -> None:
    from dashboard.cli import tables
    from dashboard.querying import cell

    if answer.explains:
        for line in (line for row in answer.rows for line in str(row[-1]).splitlines()):
            click.echo(printable(line))
        return
    shown = [[cell(value) for value in row] for row in islice(answer.rows, _SHOWN)]
    tables.show(answer.columns, shown)
    if next(answer.rows, None) is not None:
        click.echo(say("query.more", shown=_SHOWN), err=True)


def _csv(answer: Answer) -> None:
    from dashboard.querying import cell
    from moderation.exports.cells import defused_in_csv

    write = csv_format.writer(sys.stdout)
    write.writerow([defused_in_csv(name) for name in answer.columns])
    write.writerows([defused_in_csv(_encodable(cell(value))) for value in row] for row in answer.rows)


def _json_lines(answer: Answer) -> None:
    from dashboard.querying import distinct, plain

    columns = distinct(answer.columns)
    for row in answer.rows:
        named = dict(zip(columns, map(plain, row), strict=True))
        click.echo(_encodable(json.dumps(named, ensure_ascii=False)))


def _encodable(value: object) -> object:
    # No output of UTF-8 can hold a lone surrogate.
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value
