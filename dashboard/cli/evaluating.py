"""`taliq evaluate`: models held against the decisions of the newsroom's own people."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dashboard.cli.bars import bar
from dashboard.cli.classifier import explained
from dashboard.cli.tables import show
from dashboard.cli.words import say

if TYPE_CHECKING:
    from moderation.classifier.agreement import Agreement
    from moderation.classifier.evaluation import Ranking
    from moderation.score import Scorer

_COLUMNS = ("model", "of", "decisions", "rejected", "auc", "precision", "agreement", "error")


@click.command("evaluate", help=say("cli.help.evaluate"))
@click.option(
    "--model",
    "named",
    multiple=True,
    metavar="DIR|VERSION",
    help=say("classifier.option.models"),
)
@click.option("--site", metavar="NAME", help=say("classifier.option.site"))
@click.option(
    "--newest",
    type=click.IntRange(1, 1_000_000),
    default=10_000,
    show_default=True,
    help=say("classifier.option.newest"),
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help=say("classifier.option.form"),
)
def evaluate(*, named: tuple[str, ...], site: str | None, newest: int, form: str) -> None:
    from dashboard.cli import opened
    from moderation.service import evaluating

    with explained():
        models = [_named(name) for name in named] or [opened.desk().scorer]
    with bar(say("classifier.evaluate.bar")) as advance:
        found = evaluating.evaluate(opened.desk(), opened.OPERATOR, models, site=site, newest=newest, progress=advance)
    if form == "json":
        click.echo(json.dumps([asdict(one) for one in found]))
        return
    if not found[0].parts:
        click.echo(say("classifier.evaluate.nothing"), err=True)
        return
    show_agreements(found)
    click.echo(say("classifier.evaluate.note"), err=True)


def _named(name: str) -> Scorer:
    """A folder's model, or the registry's of that version."""
    from dashboard.cli import opened
    from moderation.classifier import Classifier
    from moderation.errors import NotFound
    from moderation.service import models

    if not Path(name).exists():
        with suppress(NotFound):
            return models.scorer(opened.desk(), opened.OPERATOR, name)
    return Classifier.load(Path(name))


def show_agreements(found: Sequence[Agreement]) -> None:
    show([say(f"classifier.evaluate.{name}") for name in _COLUMNS], _rows(found))


def _rows(found: Sequence[Agreement]) -> Iterator[tuple[object, ...]]:
    """A row a model under each heading, so that old and new stand side by side; figures as programs read them."""
    rows = [
        (
            _part_name(part.language),
            one.model,
            part.decisions,
            part.rejected,
            *_figures(part.ranking),
            f"{part.agreement:.4f}",
            f"{part.reliability.error:.4f}",
        )
        for one in found
        for part in one.parts
    ]
    rows += [
        (say(f"common.label.{label}"), one.model, ranking.rows, ranking.positives, *_figures(ranking), None, None)
        for one in found
        for label, ranking in one.classes
    ]
    names = list(dict.fromkeys(row[0] for row in rows))
    for name, model, *figures in sorted(rows, key=lambda row: names.index(row[0])):
        yield (model, name, *figures)


def _part_name(language: str | None) -> str:
    return say("classifier.evaluate.all") if language is None else say(f"common.language.{language}")


def _figures(ranking: Ranking | None) -> tuple[str | None, str | None]:
    return (f"{ranking.auc:.4f}", f"{ranking.average_precision:.4f}") if ranking else (None, None)
