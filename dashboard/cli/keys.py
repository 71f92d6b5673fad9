"""`taliq key`: what a site's own system signs in with."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from dashboard.cli import opened, tables
from dashboard.cli.clicked import Commands
from dashboard.cli.types import ID, Moment
from dashboard.cli.words import say

if TYPE_CHECKING:
    from moderation.ports.access import ApiKey

# As in `moderation.roles.SCOPES`, which a help text need not import; a test holds the two together.
SCOPES = (
    "comments:submit",
    "comments:follow",
    "decisions:read",
    "standing:read",
    "articles:save",
    "picks:read",
)
_COLUMNS = ("id", "name", "key", "created", "last_used", "expires", "scopes", "revoked")


@click.group(cls=Commands, help=say("cli.help.key"))
def key() -> None:
    pass


@key.command(help=say("cli.help.key.issue"))
@click.argument("name")
@click.option("--site", required=True, metavar="NAME", help=say("cli.option.key.site"))
@click.option("--scope", "scopes", type=click.Choice(SCOPES), multiple=True, help=say("cli.option.scope"))
@click.option("--expires", type=Moment(end=True), help=say("cli.option.expires"))
def issue(*, name: str, site: str, scopes: tuple[str, ...], expires: datetime | None) -> None:
    from moderation.roles import Permission
    from moderation.service import settings

    granted = [Permission(scope) for scope in scopes or SCOPES]
    made, secret = settings.issue_key(
        opened.desk(), opened.OPERATOR, site=site, name=name, scopes=granted, expires_at=expires
    )
    click.echo(say("cli.key.issued", name=made.name, id=str(made.id)), err=True)
    click.echo(secret)


@key.command("list", help=say("cli.help.key.list"))
@click.option("--site", metavar="NAME", help=say("cli.option.key.of_site"))
def list_(site: str | None) -> None:
    """Of all sites each line ends with the site's name; of one it would say nothing new."""
    from moderation.service import accounts, settings

    desk = opened.desk()
    sites = [one.name for one in accounts.sites(desk, opened.OPERATOR)] if site is None else [site]
    rows = [(*_row(one), name) for name in sites for one in settings.keys(desk, opened.OPERATOR, site=name)]
    shown = None if site is None else -1
    columns = [say(f"cli.column.{name}") for name in (*_COLUMNS, "site")]
    tables.show(columns[:shown], [row[:shown] for row in rows])


def _row(one: ApiKey) -> tuple[object, ...]:
    from moderation.audit import instant

    return (
        one.id,
        one.name,
        one.prefix + "…",
        *(at and instant(at) for at in (one.created_at, one.last_used_at, one.expires_at)),
        " ".join(sorted(one.scopes)),
        one.revoked_at and instant(one.revoked_at),
    )


@key.command(help=say("cli.help.key.revoke"))
@click.argument("key_id", type=ID, metavar="ID")
def revoke(key_id: int) -> None:
    from moderation.service import settings

    settings.revoke_key(opened.desk(), opened.OPERATOR, key_id)
    click.echo(say("cli.key.revoked", id=str(key_id)), err=True)


@key.command(help=say("cli.help.key.rotate"))
@click.argument("key_id", type=ID, metavar="ID")
@click.option(
    "--overlap-hours", type=click.IntRange(0, 720), default=24, show_default=True, help=say("cli.option.overlap")
)
def rotate(key_id: int, overlap_hours: int) -> None:
    from moderation.audit import instant
    from moderation.service import settings

    desk = opened.desk()
    overlap = timedelta(hours=overlap_hours)
    made, secret = settings.rotate_key(desk, opened.OPERATOR, key_id, overlap=overlap)
    until = instant(made.created_at + overlap)
    click.echo(say("cli.key.rotated", name=made.name, id=str(made.id), until=until), err=True)
    click.echo(secret)
