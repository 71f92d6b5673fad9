"""`taliq rollup`: what charts are counted from, brought up to date or made anew."""

from __future__ import annotations

import click

from dashboard.cli import opened
from dashboard.cli.bars import bar
from dashboard.cli.words import say


@click.command("rollup", help=say("cli.help.rollup"))
@click.option("--site", metavar="NAME", help=say("insights.option.rollup_site"))
@click.option("--rebuild", is_flag=True, help=say("insights.option.rebuild"))
def rollup(site: str | None, rebuild: bool) -> None:
    from moderation.service import rollups

    with bar(say("insights.rollup.bar")) as advance:
        found = rollups.roll_up(opened.desk(), opened.OPERATOR, site=site, anew=rebuild, progress=advance)
    click.echo(say("insights.rollup.done", events=found.events, sites=found.anew), err=True)
