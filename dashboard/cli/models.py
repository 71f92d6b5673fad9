"""`taliq model`: the registry of models, which one judges, and the way back."""

from __future__ import annotations

from pathlib import Path

import click

from dashboard.cli import opened, tables
from dashboard.cli.classifier import explained
from dashboard.cli.clicked import Commands
from dashboard.cli.words import say

_NOTE = click.option("--note", default="", metavar="TEXT", help=say("model.option.note"))
_COLUMNS = ("version", "state", "added", "by", "size", "checksum")
_SHOWN = 12


@click.group(cls=Commands, help=say("cli.help.model"))
def model() -> None:
    pass


@model.command(help=say("cli.help.model.add"))
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
def add(folder: Path) -> None:
    from moderation.service import models

    with explained():
        added = models.add(opened.desk(), opened.OPERATOR, folder)
    click.echo(say("model.added", version=added.version), err=True)


@model.command("list", help=say("cli.help.model.list"))
def list_() -> None:
    from moderation.audit import instant
    from moderation.service import models

    found = models.registry(opened.desk(), opened.OPERATOR)
    states = {found.in_use.live: "live", found.in_use.shadow: "shadow"}
    tables.show(
        [say(f"model.column.{name}") for name in _COLUMNS],
        [
            (
                one.version,
                say(f"model.state.{states[one.version]}") if one.version in states else None,
                instant(one.added_at),
                one.added_by,
                one.size,
                one.checksum[:_SHOWN],
            )
            for one in found.models
        ],
    )
    if found.in_use.live is None:
        click.echo(say("model.own_judges", version=found.judging), err=True)


@model.command(help=say("cli.help.model.promote"))
@click.argument("version", required=False)
@click.option("--own", is_flag=True, help=say("model.option.own"))
@_NOTE
def promote(version: str | None, own: bool, note: str) -> None:
    from moderation.service import models

    if (version is None) != own:
        raise click.UsageError(say("model.one_of"))
    use = models.promote(opened.desk(), opened.OPERATOR, version, note=note)
    click.echo(_judges(use.live), err=True)


@model.command("roll-back", help=say("cli.help.model.roll-back"))
@_NOTE
def roll_back(note: str) -> None:
    from moderation.service import models

    click.echo(_judges(models.roll_back(opened.desk(), opened.OPERATOR, note=note).live), err=True)


@model.command(help=say("cli.help.model.shadow"))
@click.argument("version", required=False)
@click.option("--off", is_flag=True, help=say("model.option.off"))
@_NOTE
def shadow(version: str | None, off: bool, note: str) -> None:
    from moderation.service import models

    if (version is None) != off:
        raise click.UsageError(say("model.one_of"))
    use = models.shadow(opened.desk(), opened.OPERATOR, version, note=note)
    told = say("model.shadow_off") if use.shadow is None else say("model.in_shadow", version=use.shadow)
    click.echo(told, err=True)


@model.command(help=say("cli.help.model.compare"))
@click.argument("version")
@click.option("--site", metavar="NAME", help=say("classifier.option.site"))
def compare(version: str, site: str | None) -> None:
    from moderation.service import models

    tally = models.shadow_tally(opened.desk(), opened.OPERATOR, version, site=site)
    if not tally.comments:
        click.echo(say("model.shadow_nothing", version=version), err=True)
        return
    tables.show(
        [say(f"model.column.{name}") for name in ("live_outcome", "shadow_outcome", "comments")],
        [
            (say(f"common.outcome.{row.live}"), say(f"common.outcome.{row.shadow}"), row.comments)
            for row in tally.outcomes
        ],
    )
    click.echo(say("model.agreed", share=f"{tally.agreed / tally.comments:.1%}", comments=tally.comments), err=True)


def _judges(version: str | None) -> str:
    return say("model.judges_own") if version is None else say("model.judges", version=version)
