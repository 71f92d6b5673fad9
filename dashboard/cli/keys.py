"""`taliq key`: what a site's own system signs in with."""

from __future__ import annotations

import click

from dashboard.cli import opened, tables
from dashboard.cli.words import say


@click.group(help=say("cli.help.key"))
def key() -> None:
    pass


@key.command(help=say("cli.help.key.issue"))
@click.argument("name")
@click.option("--site", required=True, metavar="NAME", help=say("cli.option.key.site"))
def issue(name: str, site: str) -> None:
    from moderation.service import settings

    made, secret = settings.issue_key(opened.desk(), opened.OPERATOR, site=site, name=name)
    click.echo(say("cli.key.issued", name=made.name, id=str(made.id)), err=True)
    click.echo(secret)


@key.command("list", help=say("cli.help.key.list"))
@click.option("--site", required=True, metavar="NAME", help=say("cli.option.key.site"))
def list_(site: str) -> None:
    from moderation.audit import instant
    from moderation.service import settings

    keys = settings.keys(opened.desk(), opened.OPERATOR, site=site)
    columns = [say(f"cli.column.{name}") for name in ("id", "name", "key", "created", "last_used", "revoked")]
    tables.show(
        columns,
        [
            (
                one.id,
                one.name,
                one.prefix + "…",
                *(at and instant(at) for at in (one.created_at, one.last_used_at, one.revoked_at)),
            )
            for one in keys
        ],
    )


@key.command(help=say("cli.help.key.revoke"))
@click.argument("key_id", type=click.IntRange(0), metavar="ID")
def revoke(key_id: int) -> None:
    from moderation.service import settings

    settings.revoke_key(opened.desk(), opened.OPERATOR, key_id)
    click.echo(say("cli.key.revoked", id=str(key_id)), err=True)
