"""`taliq commenter`: what is held about one reader, its erasure, and the records of all."""

from __future__ import annotations

import json
from pathlib import Path

import click

from dashboard.cli import opened
from dashboard.cli.bars import bar
from dashboard.cli.clicked import Commands
from dashboard.cli.files import refuse_wrong, write
from dashboard.cli.words import count, say


@click.group(cls=Commands, help=say("cli.help.commenter"))
def commenter() -> None:
    pass


@commenter.command(help=say("cli.help.commenter.export"))
@click.argument("external_id", metavar="ID")
@click.option("--site", required=True, metavar="NAME", help=say("cli.option.commenter.site"))
@click.option("--out", type=click.Path(path_type=Path), metavar="PATH", help=say("cli.option.out"))
def export(external_id: str, site: str, out: Path | None) -> None:
    from moderation.service import personal

    refuse_wrong(out)
    found = personal.held(opened.desk(), opened.OPERATOR, external_id, site=site)
    text = json.dumps(found, ensure_ascii=False, indent=2) + "\n"
    write([text.encode()], out)


@commenter.command(help=say("cli.help.commenter.erase"))
@click.argument("external_id", metavar="ID")
@click.option("--site", required=True, metavar="NAME", help=say("cli.option.commenter.site"))
@click.option("--yes", is_flag=True, help=say("cli.option.yes"))
def erase(external_id: str, site: str, yes: bool) -> None:
    from moderation.service import personal

    if not yes:
        click.confirm(say("cli.commenter.sure", id=external_id), abort=True, err=True)
    with bar(say("cli.commenter.bar")) as advance:
        done = personal.erase(opened.desk(), opened.OPERATOR, external_id, site=site, progress=advance)
    click.echo(count("cli.commenter.erased", done.comments), err=True)


@commenter.command(help=say("cli.help.commenter.recount"))
@click.option("--site", metavar="NAME", help=say("cli.option.dsa.site"))
def recount(site: str | None) -> None:
    from moderation.service import records

    found = records.recount(opened.desk(), opened.OPERATOR, site=site)
    click.echo(count("cli.commenter.recounted", found) if found else say("cli.commenter.right"), err=True)
