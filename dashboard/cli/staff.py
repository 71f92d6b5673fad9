"""`taliq staff`: the people of the desk."""

from __future__ import annotations

import sys

import click

from dashboard.cli import inviting, opened, tables
from dashboard.cli.clicked import Commands
from dashboard.cli.inviting import ROLES
from dashboard.cli.words import say


@click.group(cls=Commands, help=say("cli.help.staff"))
def staff() -> None:
    pass


@staff.command(help=say("cli.help.staff.add"))
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True, help=say("cli.option.role"))
@click.option("--display-name", metavar="NAME", help=say("cli.option.display_name"))
@click.option("--language", type=click.Choice(["ar", "en"]), default="ar", help=say("cli.option.language"))
@click.option("--password", "with_password", is_flag=True, help=say("cli.option.password"))
def add(*, name: str, role: str, display_name: str | None, language: str, with_password: bool) -> None:
    from moderation.roles import Role
    from moderation.service import accounts

    password = _password() if with_password else None
    plant = opened.plant()
    person = accounts.add_staff(
        plant.desk,
        opened.OPERATOR,
        name=name,
        display_name=display_name or name,
        role=Role(role),
        language=language,
        password=password,
    )
    click.echo(say("cli.staff.added", name=person.name), err=True)
    if password is None:
        _show_link(person.name, minutes=60)


@staff.command("list", help=say("cli.help.staff.list"))
def list_() -> None:
    from moderation.service import accounts

    people = accounts.staff(opened.desk(), opened.OPERATOR)
    columns = [say(f"cli.column.{name}") for name in ("name", "display_name", "role", "language", "state")]
    tables.show(
        columns,
        [
            (one.name, one.display_name, one.role.value, one.language, say(f"cli.staff.{_state(one.active)}"))
            for one in people
        ],
    )


def _state(active: bool) -> str:
    return "active" if active else "inactive"


@staff.command(help=say("cli.help.staff.link"))
@click.argument("name")
@click.option(
    "--minutes", type=click.IntRange(1, 10_080), default=60, show_default=True, help=say("cli.option.minutes")
)
def link(name: str, minutes: int) -> None:
    _show_link(name, minutes=minutes)


def _show_link(name: str, *, minutes: int) -> None:
    from dashboard.cli.addresses import link_of
    from moderation.service import accounts

    plant = opened.plant()
    token = accounts.issue_link(plant.desk, opened.OPERATOR, name, minutes=minutes)
    click.echo(say("cli.staff.link", minutes=minutes), err=True)
    click.echo(link_of(plant.settings, token))


@staff.command(help=say("cli.help.staff.password"))
@click.argument("name")
def password(name: str) -> None:
    from moderation.service import accounts

    accounts.set_password(opened.desk(), opened.OPERATOR, name, _password())
    click.echo(say("cli.staff.password_set", name=name), err=True)


@staff.command(name="reset-second-factor", help=say("cli.help.staff.reset_factor"))
@click.argument("name")
def reset_second_factor(name: str) -> None:
    from moderation.service import second_factor

    second_factor.reset(opened.desk(), opened.OPERATOR, name)
    click.echo(say("cli.staff.factor_reset", name=name), err=True)


@staff.command(help=say("cli.help.staff.rename"))
@click.argument("name")
@click.argument("display_name")
def rename(name: str, display_name: str) -> None:
    from moderation.service import colleagues

    colleagues.rename(opened.desk(), opened.OPERATOR, name, display_name)
    click.echo(say("cli.staff.renamed", name=name), err=True)


@staff.command(help=say("cli.help.staff.role"))
@click.argument("name")
@click.argument("role", type=click.Choice(ROLES))
def role(name: str, role: str) -> None:
    from moderation.roles import Role
    from moderation.service import accounts

    accounts.change_role(opened.desk(), opened.OPERATOR, name, Role(role))
    click.echo(say("cli.staff.role_set", name=name, role=role), err=True)


@staff.command(help=say("cli.help.staff.deactivate"))
@click.argument("name")
def deactivate(name: str) -> None:
    from moderation.service import accounts

    accounts.deactivate(opened.desk(), opened.OPERATOR, name)
    click.echo(say("cli.staff.deactivated", name=name), err=True)


@staff.command(help=say("cli.help.staff.reactivate"))
@click.argument("name")
def reactivate(name: str) -> None:
    from moderation.service import accounts

    accounts.reactivate(opened.desk(), opened.OPERATOR, name)
    click.echo(say("cli.staff.reactivated", name=name), err=True)


def _password() -> str:
    """Asked for twice on a terminal, else a line of standard input; an argument could be read by other users."""
    if sys.stdin.isatty():
        asked: str = click.prompt(say("cli.prompt.password"), hide_input=True, confirmation_prompt=True, err=True)
        return asked
    return sys.stdin.readline().rstrip("\r\n")


for command in inviting.COMMANDS:
    staff.add_command(command)
