"""The demo newsroom, into a database that nobody has used."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING

import click

from dashboard.cli import opened
from dashboard.cli.bars import bar
from dashboard.cli.words import say

if TYPE_CHECKING:
    from dashboard.wiring import Plant


def load_demo(plant: Plant) -> None:
    """Nothing happens to a database with a site or a person in it, or that another process is filling."""
    with plant.alone("demo") as free:
        if free:
            _load(plant)


def _load(plant: Plant) -> None:
    from moderation.service import accounts, demo

    desk = plant.desk
    if accounts.sites(desk, opened.OPERATOR) or accounts.staff(desk, opened.OPERATOR):
        return
    # A model that cannot be loaded must be found out before the first of the demo's many transactions.
    plant.scorer.warm()
    folder = files("dashboard.demo")
    newsroom = json.loads(folder.joinpath("newsroom.json").read_text(encoding="utf-8"))
    comments = [json.loads(line) for line in folder.joinpath("comments.jsonl").read_text(encoding="utf-8").splitlines()]
    click.echo(say("cli.demo.loading", title=newsroom["site"]["title"], n=len(comments)), err=True)
    try:
        with bar(say("cli.demo.bar")) as advance:
            demo.load(desk, opened.OPERATOR, newsroom, comments, progress=advance)
    except BaseException:
        click.echo(say("cli.demo.interrupted"), err=True)
        raise
