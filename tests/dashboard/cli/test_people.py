"""Sites, staff, keys and the policy from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dashboard.wiring import Plant
from moderation.roles import Key, Role
from moderation.service import accounts, audit, settings
from tests.builders import OPERATOR
from tests.dashboard.cli.conftest import Taliq


def test_a_site_is_added_and_listed(taliq: Taliq) -> None:
    assert taliq("site", "add", "al-marsad", "--title", "المرصد", "--mode", "pre").exit_code == 0
    assert taliq("site", "list").stdout == "al-marsad\tالمرصد\tar\tAfrica/Cairo\n"
    shown = json.loads(taliq("policy", "show", "--site", "al-marsad").stdout)
    assert (shown["number"], shown["mode"]) == (1, "pre")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("site", "add", "Bad Name"), "characters"),
        (("site", "add", "taken"), "already"),
        (("site", "add", "other", "--time-zone", "Mars/Phobos"), "known values"),
        (("policy", "show", "--site", "absent"), "no site absent"),
        (("staff", "add", "a b", "--role", "admin"), "characters"),
        (("staff", "add", "amal", "--role", "king"), "king"),
        (("staff", "link", "absent"), "no account absent"),
        (("key", "revoke", "5"), "no such key"),
        (("key", "issue", "cms", "--site", "absent"), "no site absent"),
        (("audit", "verify", "--site", "absent"), "no site absent"),
        (("audit", "export", "--since", "yesterday"), "yesterday"),
    ],
)
def test_a_wrong_argument_is_told_in_a_sentence(arguments: tuple[str, ...], words: str, taliq: Taliq) -> None:
    taliq("site", "add", "taken")
    result = taliq(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert result.stdout == ""


def test_a_person_without_password_signs_in_by_the_link(taliq: Taliq, plant: Plant) -> None:
    result = taliq("staff", "add", "amal", "--role", "admin", "--display-name", "أمل")
    address, _, token = result.stdout.strip().partition("?token=")
    assert address == "http://127.0.0.1:8501/login/link"
    opened = accounts.sign_in_by_link(plant.desk, token, address="127.0.0.1")
    assert (opened.staff.name, opened.staff.display_name, opened.staff.role) == ("amal", "أمل", Role.ADMIN)


def test_a_password_is_read_from_standard_input(taliq: Taliq, plant: Plant) -> None:
    added = taliq("staff", "add", "amal", "--role", "moderator", "--password", stdin="first-secret\n")
    assert (added.exit_code, added.stdout) == (0, "")
    accounts.sign_in(plant.desk, "amal", "first-secret", address="127.0.0.1")
    assert taliq("staff", "password", "amal", stdin="second-secret\r\n").exit_code == 0
    accounts.sign_in(plant.desk, "amal", "second-secret", address="127.0.0.1")
    short = taliq("staff", "password", "amal", stdin="short\n")
    assert short.exit_code == 2
    assert "too short" in short.stderr


def test_roles_change_and_accounts_close(taliq: Taliq) -> None:
    taliq("staff", "add", "rania", "--role", "admin")
    taliq("staff", "add", "amal", "--role", "moderator")
    assert taliq("staff", "role", "amal", "auditor").exit_code == 0
    assert taliq("staff", "deactivate", "amal").exit_code == 0
    assert "amal\tamal\tauditor\tar\tclosed\n" in taliq("staff", "list").stdout
    assert taliq("staff", "reactivate", "amal").exit_code == 0
    assert "amal\tamal\tauditor\tar\tactive\n" in taliq("staff", "list").stdout
    last = taliq("staff", "deactivate", "rania")
    assert last.exit_code == 2
    assert "last administrator" in last.stderr


def test_a_key_works_until_it_is_revoked(taliq: Taliq, plant: Plant) -> None:
    taliq("site", "add", "al-marsad")
    secret = taliq("key", "issue", "cms", "--site", "al-marsad").stdout.strip()
    key = Key(secret_hash=accounts.token_hash(secret))
    assert [site.name for site in accounts.sites(plant.desk, key)] == ["al-marsad"]
    listed = taliq("key", "list", "--site", "al-marsad").stdout
    number, name, prefix, *_, revoked = listed.strip().split("\t")
    assert (name, revoked) == ("cms", "-")
    assert secret not in listed
    assert secret.startswith(prefix.removesuffix("…"))
    assert taliq("key", "revoke", number).exit_code == 0
    (stored,) = settings.keys(plant.desk, OPERATOR, site="al-marsad")
    assert stored.revoked_at is not None


def test_what_the_command_does_stands_in_the_log(taliq: Taliq, plant: Plant) -> None:
    taliq("staff", "add", "amal", "--role", "admin")
    taliq("site", "add", "al-marsad")
    (added, linked) = reversed(audit.events(plant.desk, OPERATOR, site=None).rows)
    assert (added.type, added.actor, added.subject) == ("staff:added", "operator:cli", "staff:amal")
    assert linked.type == "link:issued"
    (site,) = audit.events(plant.desk, OPERATOR, site="al-marsad").rows
    assert (site.type, site.actor) == ("site:added", "operator:cli")


def test_hostile_names_do_not_reach_the_terminal(taliq: Taliq) -> None:
    taliq("site", "add", "al-marsad", "--title", "a\x1b]0;owned\x07b")
    assert "\x1b" not in taliq("site", "list").stdout


def test_a_commenter_is_exported_and_erased(taliq: Taliq, tmp_path: Path) -> None:
    row = {"external_id": "c-1", "article_id": "a-1", "commenter_id": "u-1", "body": "A civil thought"}
    assert taliq("import", "-", "--site", "al-marsad", "--format", "jsonl", stdin=json.dumps(row)).exit_code == 0
    out = tmp_path / "held.json"
    known = json.loads(taliq("commenter", "export", "--site", "al-marsad", "u-1").stdout)
    assert [one["body"] for one in known["comments"]] == ["A civil thought"]
    assert taliq("commenter", "export", "--site", "al-marsad", "u-1", "--out", out).exit_code == 0
    assert json.loads(out.read_text(encoding="utf-8"))["external_id"] == "u-1"
    assert taliq("commenter", "erase", "--site", "al-marsad", "u-1", stdin="n\n").exit_code != 0
    assert taliq("commenter", "export", "--site", "al-marsad", "u-1").exit_code == 0
    assert taliq("commenter", "erase", "--site", "al-marsad", "u-1", "--yes").exit_code == 0
    assert taliq("commenter", "export", "--site", "al-marsad", "u-1").exit_code == 2
    assert taliq("audit", "verify").exit_code == 0
