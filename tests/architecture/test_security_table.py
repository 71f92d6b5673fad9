"""docs/security.md says of each requirement of ASVS 5.0, levels 1 and 2, how it stands, and names tests that exist."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache

import pytest

from moderation.roles import GRANTS, SCOPES, Permission, Role
from tests.architecture.source import ROOT

# OWASP ASVS 5.0.0: the 70 requirements of level 1 and the 183 that level 2 adds.
LEVEL_1 = set(
    """
    1.2.1 1.2.2 1.2.3 1.2.4 1.2.5 1.3.1 1.3.2 1.5.1 2.1.1 2.2.1 2.2.2 2.3.1 3.2.1 3.2.2 3.3.1 3.4.1 3.4.2
    3.5.1 3.5.2 3.5.3 4.1.1 4.4.1 5.2.1 5.2.2 5.3.1 5.3.2 6.1.1 6.2.1 6.2.2 6.2.3 6.2.4 6.2.5 6.2.6 6.2.7
    6.2.8 6.3.1 6.3.2 6.4.1 6.4.2 7.2.1 7.2.2 7.2.3 7.2.4 7.4.1 7.4.2 8.1.1 8.2.1 8.2.2 8.3.1 9.1.1 9.1.2
    9.1.3 9.2.1 10.4.1 10.4.2 10.4.3 10.4.4 10.4.5 11.3.1 11.3.2 11.4.1 12.1.1 12.2.1 12.2.2 13.4.1 14.2.1
    14.3.1 15.1.1 15.2.1 15.3.1
    """.split()
)
LEVEL_2 = set(
    """
    1.1.1 1.1.2 1.2.6 1.2.7 1.2.8 1.2.9 1.3.3 1.3.4 1.3.5 1.3.6 1.3.7 1.3.8 1.3.9 1.3.10 1.3.11 1.4.1 1.4.2
    1.4.3 1.5.2 2.1.2 2.1.3 2.2.3 2.3.2 2.3.3 2.3.4 2.4.1 3.3.2 3.3.3 3.3.4 3.4.3 3.4.4 3.4.5 3.4.6 3.5.4
    3.5.5 3.7.1 3.7.2 4.1.2 4.1.3 4.2.1 4.3.1 4.3.2 4.4.2 4.4.3 4.4.4 5.1.1 5.2.3 5.4.1 5.4.2 5.4.3 6.1.2
    6.1.3 6.2.9 6.2.10 6.2.11 6.2.12 6.3.3 6.3.4 6.4.3 6.4.4 6.5.1 6.5.2 6.5.3 6.5.4 6.5.5 6.6.1 6.6.2 6.6.3
    6.8.1 6.8.2 6.8.3 6.8.4 7.1.1 7.1.2 7.1.3 7.3.1 7.3.2 7.4.3 7.4.4 7.4.5 7.5.1 7.5.2 7.6.1 7.6.2 8.1.2
    8.2.3 8.4.1 9.2.2 9.2.3 9.2.4 10.1.1 10.1.2 10.2.1 10.2.2 10.3.1 10.3.2 10.3.3 10.3.4 10.4.6 10.4.7 10.4.8
    10.4.9 10.4.10 10.4.11 10.5.1 10.5.2 10.5.3 10.5.4 10.5.5 10.6.1 10.6.2 10.7.1 10.7.2 10.7.3 11.1.1 11.1.2
    11.2.1 11.2.2 11.2.3 11.3.3 11.4.2 11.4.3 11.4.4 11.5.1 11.6.1 12.1.2 12.1.3 12.3.1 12.3.2 12.3.3 12.3.4
    13.1.1 13.2.1 13.2.2 13.2.3 13.2.4 13.2.5 13.3.1 13.3.2 13.4.2 13.4.3 13.4.4 13.4.5 14.1.1 14.1.2 14.2.2
    14.2.3 14.2.4 14.3.2 14.3.3 15.1.2 15.1.3 15.2.2 15.2.3 15.3.2 15.3.3 15.3.4 15.3.5 15.3.6 15.3.7 16.1.1
    16.2.1 16.2.2 16.2.3 16.2.4 16.2.5 16.3.1 16.3.2 16.3.3 16.3.4 16.4.1 16.4.2 16.4.3 16.5.1 16.5.2 16.5.3
    17.1.1 17.2.1 17.2.2 17.2.3 17.2.4 17.3.1 17.3.2
    """.split()
)
STANDINGS = {"met", "partly", "gap", "place", "none"}
# Of level 3, and shown all the same: every spreadsheet that leaves the desk is held to it.
BEYOND = {"1.2.10"}
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| ((?:\*{0,2}\d+\.\d+\.\d+\*{0,2}(?:, )?)+) \| (\w+) \| (.+?) \| (.*) \|$", re.MULTILINE)


@cache
def rows() -> list[tuple[list[str], str, str, list[str]]]:
    found = ROW.findall(PAGE)
    return [(ids.split(", "), standing, how, re.findall("`([^`]+)`", tests)) for ids, standing, how, tests in found]


def test_the_lists_are_those_of_the_standard() -> None:
    assert (len(LEVEL_1), len(LEVEL_2), LEVEL_1 & LEVEL_2) == (70, 183, set())


def test_every_requirement_stands_in_the_table_once() -> None:
    told = Counter(one.strip("*") for ids, *_ in rows() for one in ids)
    assert set(told) == LEVEL_1 | LEVEL_2 | BEYOND
    assert max(told.values()) == 1
    assert {one.strip("*") for ids, *_ in rows() for one in ids if one.startswith("**")} == LEVEL_1


def test_what_is_met_names_a_test_and_all_else_a_reason() -> None:
    assert {standing for _, standing, _, _ in rows()} <= STANDINGS
    assert [ids for ids, standing, _, tests in rows() if standing in ("met", "partly") and not tests] == []
    assert [ids for ids, standing, how, _ in rows() if len(how) < 4] == []


def test_the_counts_are_those_of_the_table() -> None:
    found = Counter(standing for ids, standing, _, _ in rows() for one in ids if one not in BEYOND)
    told = re.search(r"Of 253 requirements: (\d+) met, (\d+) partly met, (\d+) gaps, (\d+) by .*, (\d+) about", PAGE)
    assert told is not None
    wanted = [found[one] for one in ("met", "partly", "gap", "place", "none")]
    assert [int(number) for number in told.groups()] == wanted


@cache
def names_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_test_that_is_named_exists() -> None:
    named = {test for *_, tests in rows() for test in tests}
    missing = {test for test in named if test.partition("::")[2] not in names_in(test.partition("::")[0])}
    assert missing == set()


def test_every_file_that_the_page_names_exists() -> None:
    named = set(re.findall(r"`((?:tests|moderation)/[\w/]+(?:\.py)?/?)`", PAGE))
    assert len(named) > 8
    assert {path for path in named if not (ROOT / path).exists()} == set()


@pytest.mark.parametrize("permission", Permission)
def test_the_roles_are_those_of_the_product(permission: Permission) -> None:
    [cells] = re.findall(rf"^\| `{permission.value}` \|(.*)\|$", PAGE, re.MULTILINE)
    told = [cell.strip() == "yes" for cell in cells.split("|")]
    assert told == [*(permission in GRANTS[role] for role in Role), permission in SCOPES]
