"""`taliq train`: make a model of labelled comments, or of the newsroom's own decisions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dashboard.cli.bars import Advance, bar
from dashboard.cli.classifier import explained
from dashboard.cli.evaluating import show_agreements
from dashboard.cli.words import say

if TYPE_CHECKING:
    from moderation.classifier.own_training import Learned


@click.command("train", help=say("cli.help.train"))
@click.option("--data", "folder", type=click.Path(path_type=Path), metavar="DIR", help=say("classifier.option.data"))
@click.option("--from-decisions", is_flag=True, help=say("classifier.option.from_decisions"))
@click.option(
    "--group",
    type=click.Choice(["full", "open"]),
    default="full",
    show_default=True,
    help=say("classifier.option.group"),
)
@click.option("--site", metavar="NAME", help=say("classifier.option.site"))
@click.option(
    "--newest",
    type=click.IntRange(1, 1_000_000),
    default=20_000,
    show_default=True,
    help=say("classifier.option.newest"),
)
@click.option("--model", "base", type=click.Path(path_type=Path), metavar="DIR", help=say("classifier.option.base"))
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="DIR", help=say("classifier.option.out"))
def train(
    *,
    folder: Path | None,
    from_decisions: bool,
    group: str,
    site: str | None,
    newest: int,
    base: Path | None,
    out: Path,
) -> None:
    if (folder is None) != from_decisions:
        raise click.UsageError(say("classifier.train.one_of"))
    from moderation.service import training

    if folder is not None:
        with explained(), _stages() as progress:
            version = training.train(corpus=folder, group=group, out=out, progress=progress)
        click.echo(say("classifier.trained", version=version, path=out))
        return
    learned = _from_decisions(base, out, site=site, newest=newest)
    show_agreements([learned.before, learned.after])
    click.echo(say("classifier.train.learned", learned=learned.learned, held_out=learned.held_out), err=True)
    click.echo(say("classifier.trained", version=learned.version, path=out), err=True)


def _from_decisions(base: Path | None, out: Path, *, site: str | None, newest: int) -> Learned:
    from dashboard import settings as deployment
    from dashboard.cli import opened
    from moderation.classifier.classifier import SHIPPED
    from moderation.service import training

    own = deployment.from_environment().model or SHIPPED / "full"
    with explained(), _stages() as progress:
        return training.train_from_decisions(
            opened.desk(),
            opened.OPERATOR,
            base=base,
            own=own,
            out=out,
            site=site,
            newest=newest,
            progress=progress,
        )


@contextmanager
def _stages() -> Iterator[Callable[[str, int, int], None]]:
    """A bar for each stage of a training, one after the other."""
    with ExitStack() as bars:
        shown: dict[str, Advance] = {}

        def progress(stage: str, done: int, total: int) -> None:
            if stage not in shown:
                bars.close()
                shown[stage] = bars.enter_context(bar(say(f"classifier.stage.{stage}")))
            shown[stage](done, total)

        yield progress
