"""`taliq dsa`: statements of reasons for the EU's transparency database."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dashboard.cli.files import refuse_wrong, write
from dashboard.cli.types import Moment
from dashboard.cli.words import count, say

if TYPE_CHECKING:
    from dashboard.statements import Tally


@click.command(help=say("cli.help.dsa.long"))
@click.option("--site", metavar="NAME", help=say("cli.option.dsa.site"))
@click.option("--since", type=Moment(), help=say("cli.option.since"))
@click.option("--until", type=Moment(end=True), help=say("cli.option.until"))
@click.option("--rules-url", metavar="URL", help=say("cli.option.dsa.rules_url"))
@click.option("--legal-ground", metavar="TEXT", help=say("cli.option.dsa.legal_ground"))
@click.option("--out", type=click.Path(path_type=Path), metavar="PATH", help=say("cli.option.out"))
def dsa(
    *,
    site: str | None,
    since: datetime | None,
    until: datetime | None,
    rules_url: str | None,
    legal_ground: str | None,
    out: Path | None,
) -> None:
    from dashboard import statements
    from dashboard.cli import opened
    from moderation.service.statements import restrictions

    refuse_wrong(out)
    found = restrictions(opened.desk(), opened.OPERATOR, site=site, since=since, until=until)
    tally = statements.Tally()
    written = statements.lines(found, tally, rules_url=rules_url, legal_ground=legal_ground)
    write(written, out)
    _tell(tally)


def _tell(tally: Tally) -> None:
    click.echo(count("cli.dsa.written", tally.written), err=True)
    for wrong, times in tally.refused.most_common():
        click.echo(count("cli.dsa.refused", times, field=wrong.field, rule=wrong.rule), err=True)
