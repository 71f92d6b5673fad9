"""`taliq import`: a file of comments into a site."""

from __future__ import annotations

import sys
import threading
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dashboard.cli.bars import bar
from dashboard.cli.collecting import few_collections
from dashboard.cli.words import say
from moderation.errors import Contention, Unavailable

if TYPE_CHECKING:
    from dashboard.cli.import_job import Job, Places
    from dashboard.wiring import Plant
    from moderation.importers.load import Progress

# Where no bar can be drawn, a line now and then says that it goes on.
_NEWS_EVERY = 100_000
# Comments of this run.
_FIRST_STATISTICS = 2_000


@click.command("import", help=say("cli.help.import"))
@click.argument("file", type=click.Path(allow_dash=True, path_type=Path))
@click.option("--site", required=True, metavar="NAME", help=say("cli.option.import.site"))
@click.option("--format", "format_", type=click.Choice(["csv", "jsonl"]), help=say("cli.option.format"))
@click.option("--ignore", multiple=True, metavar="NAME", help=say("cli.option.ignore"))
@click.option("--quarantine", type=click.Path(path_type=Path), metavar="PATH", help=say("cli.option.quarantine"))
@click.option("--restart", is_flag=True, help=say("cli.option.restart"))
def import_(
    *, file: Path, site: str, format_: str | None, ignore: tuple[str, ...], quarantine: Path | None, restart: bool
) -> None:
    from dashboard.cli.readers import Readers

    with few_collections() as loaded, closing(Readers()) as readers:
        readers.start_for(file)
        # What takes a while to load itself.
        from dashboard import settings as deployment
        from dashboard.cli import opened
        from dashboard.cli.import_job import Job, Places
        from moderation.importers.formats import Format

        places = Places.of(file, var=deployment.from_environment().var, quarantine=quarantine)
        plant, lull = opened.plant(), threading.Event()
        plant.expect_much(before_commit=lull.set)
        job = Job(
            desk=plant.desk,
            site=site,
            places=places,
            format=Format(format_) if format_ else None,
            ignored=frozenset(ignore),
            restart=restart,
            readers=readers,
            lull=lull,
            is_chosen=plant.scorer.is_chosen,
        )
        loaded()
        _watch(job, file, places, _Statistics(plant))


def _watch(job: Job, file: Path, places: Places, statistics: _Statistics) -> None:
    account = _Account()
    try:
        with (
            closing(job.run(file, stdin=sys.stdin.buffer)) as made,
            bar(say("cli.import.bar", file=file.name)) as advance,
        ):
            for progress in made:
                account.note(progress)
                statistics.note(progress)
                if places.size is not None:
                    advance(progress.position, places.size)
    except KeyboardInterrupt:
        click.echo(say("cli.import.interrupted"), err=True)
        raise
    finally:
        account.close(places)


class _Statistics:
    """Gathered when the database has eight times the rows of the time before: of a million, three or four times."""

    def __init__(self, plant: Plant) -> None:
        self._plant, self._next = plant, _FIRST_STATISTICS

    def note(self, progress: Progress) -> None:
        if progress.tally.stored >= self._next:
            self._next = progress.tally.stored * 8
            # Whether the database can be had the next batch finds out, which waits for it.
            with suppress(Unavailable, Contention):
                self._plant.gather_statistics()


class _Account:
    def __init__(self) -> None:
        self._began = time.monotonic()
        self._first: Progress | None = None
        self._last: Progress | None = None
        self._told = 0

    def note(self, progress: Progress) -> None:
        self._first = self._first or progress
        self._last = progress
        read = progress.tally.read
        if not sys.stderr.isatty() and read - self._told >= _NEWS_EVERY:
            self._told = read
            click.echo(self._sentence(progress), err=True)

    def close(self, places: Places) -> None:
        if self._first is None or self._last is None:
            return
        if skipped := self._first.tally.read:
            click.echo(say("cli.import.resumed", n=skipped))
        click.echo(self._sentence(self._last))
        if self._last.tally.quarantined:
            click.echo(say("cli.import.quarantine", path=places.quarantine))

    def _sentence(self, progress: Progress) -> str:
        tally = progress.tally
        fresh = tally.read - (self._first.tally.read if self._first else 0)
        rate = round(fresh / max(time.monotonic() - self._began, 0.001))
        return say(
            "cli.import.tally",
            read=tally.read,
            stored=tally.stored,
            duplicates=tally.duplicates,
            quarantined=tally.quarantined,
            rate=rate,
        )
