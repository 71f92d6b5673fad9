"""`taliq staff invite` and what else says who gets in and how far."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import click

from dashboard.cli import opened, tables
from dashboard.cli.types import ID
from dashboard.cli.words import say

if TYPE_CHECKING:
    from moderation.limits import Limit

# As in `moderation.roles.Role`, which a help text need not import; a test holds the two together.
ROLES = ("moderator", "editor", "auditor", "admin")
# As in `moderation.rules_of_entry`, likewise.
_MINUTES, _HOURS = click.IntRange(5, 20_160), click.IntRange(1, 2_160)
_SITES = click.option("--site", "sites", multiple=True, metavar="NAME", help=say("cli.option.limit.site"))
_SECTIONS = click.option(
    "--section", "sections", multiple=True, metavar="SITE/SECTION", help=say("cli.option.limit.section")
)


def _limits(sites: tuple[str, ...], sections: tuple[str, ...]) -> list[Limit]:
    from moderation.service import placing

    pairs = []
    for one in sections:
        site, slash, section = one.partition("/")
        if not slash or not section:
            raise click.BadParameter(say("cli.invalid.not_a_section"))
        pairs.append((site, section))
    return placing.named(opened.desk(), opened.OPERATOR, sites=sites, sections=pairs)


@click.command(help=say("cli.help.staff.invite"))
@click.option("--role", type=click.Choice(ROLES), required=True, help=say("cli.option.role"))
@click.option("--display-name", metavar="NAME", default="", help=say("cli.option.display_name"))
@click.option("--days", type=click.IntRange(1, 30), default=7, show_default=True, help=say("cli.option.days"))
@_SITES
@_SECTIONS
def invite(*, role: str, display_name: str, days: int, sites: tuple[str, ...], sections: tuple[str, ...]) -> None:
    from dashboard.cli.addresses import invitation_of
    from moderation.audit import instant
    from moderation.roles import Role
    from moderation.service import invitations

    plant = opened.plant()
    made, token = invitations.invite(
        plant.desk,
        opened.OPERATOR,
        Role(role),
        limits=_limits(sites, sections),
        display_name=display_name,
        lasts=timedelta(days=days),
    )
    click.echo(say("cli.invitation", id=str(made.id), until=instant(made.expires_at)), err=True)
    click.echo(invitation_of(plant.settings, token))


@click.command("invitations", help=say("cli.help.staff.invitations"))
def list_invitations() -> None:
    from moderation.audit import instant
    from moderation.service import invitations

    desk = opened.desk()
    now = desk.now()
    columns = [say(f"cli.column.{name}") for name in ("id", "display_name", "role", "invited_by", "expires", "state")]
    rows = [
        (
            one.id,
            one.display_name or None,
            one.role.value,
            one.invited_by,
            instant(one.expires_at),
            say(f"cli.invitation.state.{one.state(now)}"),
        )
        for one in invitations.all_of_them(desk, opened.OPERATOR)
    ]
    tables.show(columns, rows)


@click.command(help=say("cli.help.staff.uninvite"))
@click.argument("invitation_id", type=ID, metavar="ID")
def uninvite(invitation_id: int) -> None:
    from moderation.service import invitations

    invitations.revoke(opened.desk(), opened.OPERATOR, invitation_id)
    click.echo(say("cli.invitation.revoked", id=str(invitation_id)), err=True)


@click.command(help=say("cli.help.staff.limit"))
@click.argument("name")
@_SITES
@_SECTIONS
def limit(*, name: str, sites: tuple[str, ...], sections: tuple[str, ...]) -> None:
    from moderation.service import placing

    placing.place(opened.desk(), opened.OPERATOR, name, _limits(sites, sections))
    click.echo(say("cli.staff.limited", name=name), err=True)


@click.command(help=say("cli.help.staff.rules"))
@click.option("--idle-minutes", type=_MINUTES, help=say("cli.option.idle"))
@click.option("--session-hours", type=_HOURS, help=say("cli.option.length"))
@click.option("--require-factor", "roles", type=click.Choice(ROLES), multiple=True, help=say("cli.option.factor"))
@click.option("--require-no-factor", "nobody", is_flag=True, help=say("cli.option.no_factor"))
def rules(*, idle_minutes: int | None, session_hours: int | None, roles: tuple[str, ...], nobody: bool) -> None:
    from dataclasses import replace

    from moderation.roles import Role
    from moderation.service import entry

    if roles and nobody:
        raise click.UsageError(say("cli.error.factor_or_none"))
    desk = opened.desk()
    wanted = seen = entry.rules(desk, opened.OPERATOR)
    if idle_minutes is not None:
        wanted = replace(wanted, idle=timedelta(minutes=idle_minutes))
    if session_hours is not None:
        wanted = replace(wanted, length=timedelta(hours=session_hours))
    if roles or nobody:
        wanted = replace(wanted, factor_roles=frozenset(Role(role) for role in roles))
    if wanted != seen:
        entry.set_rules(desk, opened.OPERATOR, wanted, seen=seen)
    seconds = (wanted.idle.total_seconds() // 60, wanted.length.total_seconds() // 3600)
    columns = [say(f"cli.column.{name}") for name in ("idle", "length", "factor")]
    tables.show(columns, [(*map(int, seconds), " ".join(sorted(wanted.factor_roles)) or None)])


@click.command(help=say("cli.help.staff.identity"))
@click.argument("name")
@click.argument("email", default="")
def identity(name: str, email: str) -> None:
    from dashboard import settings as deployment
    from moderation.service import provider

    issuer = deployment.from_environment().oidc_issuer
    if not issuer:
        raise click.UsageError(say("cli.error.no_provider"))
    known = provider.expect(opened.desk(), opened.OPERATOR, name, email, issuer=issuer)
    click.echo(say("cli.staff.identity.known" if known else "cli.staff.identity", name=name), err=True)


COMMANDS = (identity, invite, list_invitations, uninvite, limit, rules)
