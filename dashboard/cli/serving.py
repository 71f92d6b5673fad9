"""Starting: the database's shape, the demo newsroom, the one process, and the link that lets the first admin in."""

from __future__ import annotations

import errno
import os
import runpy
import socket
import sys
import threading
import time
from typing import TYPE_CHECKING

import click

from dashboard import settings as deployment
from dashboard.cli import opened
from dashboard.cli.addresses import address_of, link_of, reachable
from dashboard.cli.demo import load_demo
from dashboard.cli.troubles import WRONG_INPUT, Trouble
from dashboard.cli.words import say

if TYPE_CHECKING:
    from dashboard.settings import Settings
    from dashboard.wiring import Plant

_DEMO = click.option("--demo", is_flag=True, help=say("cli.option.demo"))


@click.command(help=say("cli.help.serve"))
@click.option("--host", help=say("cli.option.host"))
@click.option("--port", type=click.IntRange(1, 65_535), help=say("cli.option.port"))
@click.option("--no-link", is_flag=True, help=say("cli.option.no_link"))
@_DEMO
def serve(host: str | None, port: int | None, no_link: bool, demo: bool) -> None:
    # The dashboard reads its settings from the environment, whoever starts it.
    os.environ |= {name: str(value) for name, value in (("HOST", host), ("PORT", port)) if value is not None}
    settings = deployment.from_environment()
    _check_free(settings.host, settings.port)
    _check_recipients(settings)
    plant = opened.plant()
    _check_model(plant)
    if demo:
        load_demo(plant)
    link = "" if no_link else _link(plant)
    threading.Thread(target=_announce, args=(settings, link), daemon=True).start()
    sys.argv = ["streamlit_app.py"]
    runpy.run_module("streamlit_app", run_name="__main__")


@click.command(help=say("cli.help.setup"))
@_DEMO
def setup(demo: bool) -> None:
    plant = opened.plant()
    if demo:
        load_demo(plant)
    click.echo(say("cli.setup.done"))


@click.command(help=say("cli.help.migrate"))
def migrate() -> None:
    plant = opened.unprepared()
    current = plant.is_current()
    plant.prepare()
    click.echo(say("cli.migrate.current" if current else "cli.migrate.done"))


def _check_free(host: str, port: int) -> None:
    """Ask before the seconds that the start takes."""
    try:
        kind, _, _, _, address = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(kind, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror as error:
        raise Trouble(say("cli.error.host", host=host)) from error
    except PermissionError as error:
        raise Trouble(say("cli.error.port_forbidden", port=str(port))) from error
    except OSError as error:
        if error.errno == errno.EADDRNOTAVAIL:
            raise Trouble(say("cli.error.host", host=host)) from error
        raise Trouble(say("cli.error.port_in_use", host=host, port=str(port), next=str(port + 1))) from error


def _check_recipients(settings: Settings) -> None:
    """Read the keys, as the server would do next, while an error is still a sentence and no traceback."""
    from dashboard.backup.age import recipients_of
    from moderation.errors import Invalid

    if not settings.backup_recipients:
        return
    try:
        recipients_of(settings.backup_recipients)
    except Invalid as error:
        raise deployment.SettingError("TALIQ_BACKUP_RECIPIENTS", "age1…") from error


def _check_model(plant: Plant) -> None:
    """Load it, as the server would do next, while an error is still a sentence and no traceback."""
    from moderation.classifier.errors import ModelError

    try:
        plant.scorer.warm()
    except ModelError as error:
        if plant.settings.model is None:
            raise
        raise Trouble(
            say("cli.error.model", path=str(plant.settings.model), sentence=say(f"errors.{error.code}")), WRONG_INPUT
        ) from error


def _link(plant: Plant) -> str | None:
    """A fresh one-time link for the admin who was there first; None where there is nobody yet."""
    from moderation.roles import Role
    from moderation.service import accounts

    admins = [one for one in accounts.staff(plant.desk, opened.OPERATOR) if one.role is Role.ADMIN and one.active]
    if not admins:
        return None
    first = min(admins, key=lambda one: one.id)
    token = accounts.issue_link(plant.desk, opened.OPERATOR, first.name)
    return link_of(plant.settings, token)


def _announce(settings: Settings, link: str | None) -> None:
    """Say where it is once it answers: a link that is clicked too early would only show an error.

    An empty link is one that nobody asked for; None means that there is nobody to sign in.
    """
    while True:
        try:
            socket.create_connection((reachable(settings.host), settings.port), timeout=1).close()
            break
        except OSError:
            time.sleep(0.1)
    click.echo(say("cli.serve.running", address=address_of(settings)))
    if link:
        click.echo(say("cli.serve.link") + f"\n\n    {link}\n")
    elif link is None:
        click.echo(say("cli.serve.nobody"))
    click.echo(say("cli.serve.stop"))
