"""`taliq site` and `taliq policy`: what the desk serves, and by which rules."""

from __future__ import annotations

import json

import click

from dashboard.cli import opened, tables
from dashboard.cli.clicked import Commands
from dashboard.cli.words import say


@click.group(cls=Commands, help=say("cli.help.site"))
def site() -> None:
    pass


@site.command(help=say("cli.help.site.add"))
@click.argument("name")
@click.option("--title", metavar="TEXT", help=say("cli.option.title"))
@click.option("--language", type=click.Choice(["ar", "en"]), default="ar", help=say("cli.option.site.language"))
@click.option("--time-zone", default="Africa/Cairo", show_default=True, help=say("cli.option.time_zone"))
@click.option("--mode", type=click.Choice(["post", "pre"]), default="post", help=say("cli.option.mode"))
def add(*, name: str, title: str | None, language: str, time_zone: str, mode: str) -> None:
    from moderation.article import Mode
    from moderation.service import accounts

    made = accounts.add_site(
        opened.desk(),
        opened.OPERATOR,
        name=name,
        title=title or name,
        language=language,
        time_zone=time_zone,
        mode=Mode(mode),
    )
    click.echo(say("cli.site.added", name=made.name), err=True)


@site.command("list", help=say("cli.help.site.list"))
def list_() -> None:
    from moderation.service import accounts

    columns = [say(f"cli.column.{name}") for name in ("name", "title", "language", "time_zone")]
    sites = accounts.sites(opened.desk(), opened.OPERATOR)
    tables.show(columns, [(one.name, one.title, one.language, one.time_zone) for one in sites])


@click.group(cls=Commands, help=say("cli.help.policy"))
def policy() -> None:
    pass


@policy.command("list", help=say("cli.help.policy.list"))
@click.option("--site", required=True, metavar="NAME", help=say("cli.option.policy.site"))
def versions(site: str) -> None:
    from moderation.audit import instant
    from moderation.service import settings

    columns = [say(f"cli.column.{name}") for name in ("number", "published", "by", "note")]
    found = settings.history(opened.desk(), opened.OPERATOR, site=site)
    tables.show(columns, [(one.number, instant(one.created_at), one.created_by, one.note) for one in found])


@policy.command(help=say("cli.help.policy.show"))
@click.option("--site", required=True, metavar="NAME", help=say("cli.option.policy.site"))
@click.option("--number", type=click.IntRange(min=1), help=say("cli.option.policy.number"))
def show(site: str, number: int | None) -> None:
    from moderation.policy import to_json
    from moderation.service import settings

    found = settings.policy(opened.desk(), opened.OPERATOR, site=site, number=number)
    content = {"number": found.number, **to_json(found)}
    click.echo(json.dumps(content, ensure_ascii=False, indent=2))
