"""`taliq backup` and `taliq restore`: everything, encrypted, out of the database and into an empty one."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from dashboard import settings as deployment
from dashboard.cli import opened
from dashboard.cli.bars import bar
from dashboard.cli.troubles import WRONG_INPUT, Trouble
from dashboard.cli.words import count, say

if TYPE_CHECKING:
    from dashboard.backup.age import Lock
    from dashboard.backup.restoring import Opening
    from dashboard.settings import Settings

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command(help=say("backup.help"))
@click.argument("place", metavar="[PATH|-]", required=False)
@click.option("--to", "to", multiple=True, metavar="KEY|FILE", help=say("backup.option.to"))
@click.option("--passphrase", is_flag=True, help=say("backup.option.passphrase"))
@click.option("--passphrase-file", type=_FILE, metavar="FILE", help=say("backup.option.passphrase_file"))
@click.option("--keep", type=click.IntRange(1), metavar="N", help=say("backup.option.keep"))
@click.option("--without-keys", is_flag=True, help=say("backup.option.without_keys"))
@click.option("--new-key", type=click.Path(path_type=Path), metavar="FILE", help=say("backup.option.new_key"))
def backup(
    *,
    place: str | None,
    to: tuple[str, ...],
    passphrase: bool,
    passphrase_file: Path | None,
    keep: int | None,
    without_keys: bool,
    new_key: Path | None,
) -> None:
    if new_key is not None:
        _write_key(new_key)
        return
    from dashboard.backup.making import make

    plant = opened.plant()
    lock = _lock(plant.settings, to, passphrase, passphrase_file)
    with _target(place, plant.settings, keep) as (out, told):
        with bar(say("backup.bar")) as advance:
            made = make(plant, opened.OPERATOR, out, lock, keys=not without_keys, progress=advance)
    click.echo(count("backup.made", made.total, place=told), err=True)
    click.echo(say("backup.keys.in" if made.keys else "backup.keys.out"), err=True)


def _write_key(path: Path) -> None:
    from dashboard.backup import age

    private, public = age.new_identity()
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise Trouble(say("backup.key.exists", path=str(path)), WRONG_INPUT) from error
    with open(handle, "w", encoding="ascii") as file:
        file.write(f"# public key: {public}\n{private}\n")
    click.echo(public)
    click.echo(say("backup.key.made", path=str(path)), err=True)


def _lock(settings: Settings, to: tuple[str, ...], asked: bool, file: Path | None) -> Lock:
    """What was asked for by the options, else the keys of the settings, else a passphrase."""
    from dashboard.backup import age

    if to:
        return age.Lock(recipients=age.recipients_of("\n".join(_key_or_file(one) for one in to)))
    if settings.backup_recipients and not (asked or file):
        return age.Lock(recipients=age.recipients_of(settings.backup_recipients))
    return age.Lock(passphrase=_passphrase(file, confirm=True))


def _key_or_file(given: str) -> str:
    return given if given.startswith("age1") else Path(given).read_text(encoding="utf-8")


def _passphrase(file: Path | None, *, confirm: bool) -> str:
    """Never an argument: what stands in a command is seen by everybody on the machine."""
    if file is not None:
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    if given := deployment.from_environment().backup_passphrase:
        return given
    if not sys.stdin.isatty():
        raise Trouble(say("backup.no_passphrase"), WRONG_INPUT)
    asked: str = click.prompt(say("backup.ask"), hide_input=True, confirmation_prompt=confirm, err=True)
    return asked


@contextmanager
def _target(place: str | None, settings: Settings, keep: int | None) -> Iterator[tuple[BinaryIO, str]]:
    """Where to write, and how that is called: standard output, a file, or a file with the day's name in a folder."""
    from dashboard.backup import folder
    from dashboard.clock import now

    if place == "-":
        if sys.stdout.isatty():
            raise Trouble(say("backup.terminal"), WRONG_INPUT)
        yield sys.stdout.buffer, "-"
        sys.stdout.buffer.flush()
        return
    path = Path(place) if place else settings.backup_folder
    if path is None:
        raise Trouble(say("backup.no_place"), WRONG_INPUT)
    into_folder = path.is_dir() or not place or place.endswith(os.sep)
    target = path / folder.name_of(now()) if into_folder else path
    with folder.whole(target) as file:
        yield file, str(target)
    if into_folder:
        for gone in folder.prune(path, keep or settings.backup_keep):
            click.echo(say("backup.gone", path=str(gone)), err=True)


@click.command(help=say("backup.help.restore"))
@click.argument("place", metavar="PATH|-")
@click.option("--identity", type=_FILE, metavar="FILE", help=say("backup.option.identity"))
@click.option("--passphrase-file", type=_FILE, metavar="FILE", help=say("backup.option.passphrase_file"))
@click.option("--check", "only_check", is_flag=True, help=say("backup.option.check"))
@click.option("--despite-log", is_flag=True, help=say("backup.option.despite_log"))
def restore(
    *, place: str, identity: Path | None, passphrase_file: Path | None, only_check: bool, despite_log: bool
) -> None:
    from dashboard.backup import restoring

    with _source(place) as source, bar(say("backup.bar.restore")) as advance:
        opening = _opening(source, identity, passphrase_file)
        if only_check:
            found = restoring.check(source, opening, progress=advance)
            click.echo(count("backup.whole", found.total, made_at=found.made_at), err=True)
            return
        plant = opened.unprepared()
        manifest, done = restoring.restore(
            plant, opened.OPERATOR, source, opening, despite_log=despite_log, progress=advance
        )
    click.echo(count("backup.restored", manifest.total, made_at=manifest.made_at), err=True)
    for one in done.logs:
        said = "backup.log.whole" if one.ok else "backup.log.broken"
        click.echo(count(said, one.size, origin=one.origin), err=True)
    click.echo(say("backup.restored.keys" if manifest.keys else "backup.restored.no_keys"), err=True)
    click.echo(say("backup.restored.look"), err=True)


@contextmanager
def _source(place: str) -> Iterator[BinaryIO]:
    if place == "-":
        # Buffered once more: what a pipe has to give at once may be less than what tells the kind of the file.
        yield io.BufferedReader(sys.stdin.buffer)  # type: ignore[arg-type]
        return
    with Path(place).open("rb") as file:
        yield file


def _opening(source: BinaryIO, identity: Path | None, passphrase_file: Path | None) -> Opening:
    from dashboard.backup import age
    from dashboard.backup.restoring import Opening

    if age.asks_for_passphrase(source):
        return Opening(passphrase=_passphrase(passphrase_file, confirm=False))
    if identity is None:
        raise Trouble(say("backup.no_identity"), WRONG_INPUT)
    return Opening(identities=age.identities_of(identity.read_text(encoding="utf-8")))
