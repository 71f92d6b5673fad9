"""Lists on terminals of any width: what they say is there whole, ids above all."""

import sys

import click
import pytest

from dashboard.cli import tables

COLUMNS = ("id", "name", "scopes")
ROWS = [("385264173933621248", "site", "comments:submit decisions:read"), ("385262940631195648", None, "")]


@pytest.fixture
def terminal(monkeypatch, capsys):
    def shown(width):
        monkeypatch.setenv("COLUMNS", str(width))
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
        tables.show(COLUMNS, ROWS)
        return [line.rstrip() for line in click.unstyle(capsys.readouterr().out).splitlines()]

    return shown


def test_words_of_a_cell_go_below_each_other_where_that_is_enough(terminal):
    assert terminal(45) == [
        "id                  name  scopes",
        "385264173933621248  site  comments:submit",
        "                          decisions:read",
        "385262940631195648  -",
    ]


def test_a_terminal_too_narrow_for_the_columns_gets_a_line_a_cell(terminal):
    assert terminal(40) == [
        "id      385264173933621248",
        "name    site",
        "scopes  comments:submit decisions:read",
        "",
        "id      385262940631195648",
        "name    -",
        "scopes",
    ]


def test_a_list_of_nothing_is_its_columns_or_nothing(terminal, monkeypatch):
    monkeypatch.setattr(f"{__name__}.ROWS", [])
    assert terminal(45) == ["id  name  scopes"]
    assert terminal(5) in ([], [""])
