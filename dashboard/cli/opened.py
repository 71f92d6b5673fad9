"""The process's desk for a command, with its database brought to this version's shape."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dashboard import settings as deployment
from dashboard.cli.troubles import WRONG_INPUT, Trouble
from dashboard.cli.words import say
from moderation.roles import Operator

if TYPE_CHECKING:
    from pathlib import Path

    from dashboard.wiring import Plant
    from moderation.service.desk import Desk

_URL = re.compile(r"(sqlite|postgresql)(\+\w+)?://")
OPERATOR = Operator(name="cli")


def plant() -> Plant:
    opened = unprepared()
    opened.prepare()
    return opened


def existing() -> Plant:
    """For a command that only looks at what is there: a database that is not there is an error, and none is made."""
    file = _file()
    # SQLite takes an empty file for a new database.
    if file is not None and not (file.is_file() and file.stat().st_size):
        raise _nothing_at(str(file))
    opened = unprepared()
    if not opened.is_begun():
        raise _nothing_at(str(file or opened.engine.url.render_as_string()))
    opened.prepare()
    return opened


def _file() -> Path | None:
    from dashboard import wiring

    try:
        return wiring.database_file(deployment.from_environment())
    except ValueError as error:
        raise Trouble(say("cli.error.database.url"), WRONG_INPUT) from error


def _nothing_at(place: str) -> Trouble:
    return Trouble(say("cli.error.database.none", place=place), WRONG_INPUT)


def unprepared() -> Plant:
    # The database's libraries are half of a command's start and no business of `taliq --help`.
    from dashboard import wiring

    try:
        if not _URL.match(deployment.from_environment().database):
            raise ValueError("not a database's address")
        return wiring.plant()
    except ValueError as error:
        raise Trouble(say("cli.error.database.url"), WRONG_INPUT) from error


def desk() -> Desk:
    return plant().desk
