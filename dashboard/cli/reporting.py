"""`taliq report`: the week's report, by hand."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from dashboard.cli.files import refuse_wrong
from dashboard.cli.troubles import WRONG_INPUT, Trouble
from dashboard.cli.words import count, printable, say


@click.command("report", help=say("cli.help.report"))
@click.option("--week", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help=say("report.option.week"))
@click.option("--site", metavar="NAME", help=say("report.option.site"))
@click.option("--out", type=click.Path(path_type=Path), metavar="PATH", help=say("report.option.out"))
@click.option("--lang", type=click.Choice(["ar", "en"]), help=say("report.option.language"))
@click.option("--mail", is_flag=True, help=say("report.option.mail"))
def report(week: datetime | None, site: str | None, out: Path | None, lang: str | None, mail: bool) -> None:
    from dashboard import settings as deployment
    from dashboard import weekly
    from dashboard.cli import opened
    from moderation.errors import Invalid, NotFound
    from moderation.service import warehouse

    settings, desk = deployment.from_environment(), opened.desk()
    if mail and not weekly.mails(settings):
        raise Trouble(say("report.error.nobody"), WRONG_INPUT)
    known = [one for one in warehouse.sites(desk, opened.OPERATOR) if site in (None, one.name)]
    if len(known) != 1:
        raise Invalid(field="site", reason="missing") if site is None else NotFound(what="site", name=site)
    place, path = known[0], out or Path()
    if not path.is_dir():
        refuse_wrong(path)
    asked = weekly.week_of(week.date(), settings) if week else weekly.last_week(desk.now(), place.time_zone, settings)
    if weekly.is_to_come(asked, desk.now(), place.time_zone):
        raise Trouble(say("report.error.to_come", day=asked.first.isoformat()), WRONG_INPUT)
    lang = lang or weekly.language_of(place, settings)
    document = weekly.drawn(desk, opened.OPERATOR, place, asked, lang)
    if path.is_dir():
        reports = settings.report_folder
        is_theirs = reports is not None and path.resolve() == reports.resolve()
        so_far = is_theirs and not weekly.is_over(asked, desk.now(), place.time_zone)
        path = path / weekly.file_name(place, asked, so_far=so_far)
    weekly.write(path, document)
    click.echo(say("report.written", path=str(path)), err=True)
    if mail:
        try:
            taken = weekly.send(desk, settings, place, asked, document, lang=lang)
        except weekly.Undelivered as error:
            if error.taken:
                click.echo(count("report.sent", error.taken), err=True)
            raise Trouble(say("report.error.mail", said=printable(str(error)))) from error
        click.echo(count("report.sent", taken), err=True)
