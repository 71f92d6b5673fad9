"""`taliq rescore`: scores of the model that judges now, for comments that are stored already."""

from __future__ import annotations

import click

from dashboard.cli import opened
from dashboard.cli.bars import bar
from dashboard.cli.words import say


@click.command("rescore", help=say("cli.help.rescore"))
@click.option("--site", metavar="NAME", help=say("model.option.rescore_site"))
def rescore(site: str | None) -> None:
    from dashboard.cli.scoring import elsewhere
    from moderation.service import rescoring

    with bar(say("model.rescore.bar")) as advance:
        found = rescoring.rescore(opened.desk(), opened.OPERATOR, site=site, progress=advance, elsewhere=elsewhere())
    key = "model.rescored" if found.comments else "model.rescored.none"
    click.echo(say(key, model=found.model, comments=found.comments), err=True)
