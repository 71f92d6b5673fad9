"""Sites, staff, keys and the policy from the command line."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete

from dashboard.cli import inviting
from dashboard.wiring import Plant
from db.schema import commenter_records
from moderation import rules_of_entry
from moderation.roles import Key, Role
from moderation.service import accounts, audit, invitations, placing, provider, settings
from tests.builders import OPERATOR
from tests.dashboard.cli.conftest import Taliq


def test_a_site_is_added_and_listed(taliq: Taliq) -> None:
    assert taliq("site", "add", "al-marsad", "--title", "المرصد", "--mode", "pre").exit_code == 0
    assert taliq("site", "list").stdout == "al-marsad\tالمرصد\tar\tAfrica/Cairo\n"
    shown = json.loads(taliq("policy", "show", "--site", "al-marsad").stdout)
    assert (shown["number"], shown["mode"]) == (1, "pre")


def test_each_version_of_a_policy_can_be_read(plant: Plant, taliq: Taliq) -> None:
    taliq("site", "add", "al-marsad")
    first = settings.policy(plant.desk, OPERATOR, site="al-marsad")
    second = replace(first, banned=("second",))
    settings.publish(plant.desk, OPERATOR, second, site="al-marsad", seen_number=first.number, note="A bad week")
    newest, oldest = taliq("policy", "list", "--site", "al-marsad").stdout.splitlines()
    assert (newest.split("\t")[0], newest.split("\t")[2:]) == ("2", ["operator:test", "A bad week"])
    assert oldest.split("\t")[0] == "1"
    show = ("policy", "show", "--site", "al-marsad")
    assert json.loads(taliq(*show, "--number", first.number).stdout)["banned"] == []
    assert json.loads(taliq(*show).stdout)["banned"] == ["second"]
    absent = taliq(*show, "--number", 9)
    assert (absent.exit_code, "no policy 9" in absent.stderr) == (2, True)


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
        (("key", "rotate", "5"), "no such key"),
        (("staff", "uninvite", "5"), "no such invitation"),
        (("staff", "limit", "absent", "--site", "taken"), "no account absent"),
        (("staff", "invite", "--role", "editor", "--site", "absent"), "no site absent"),
        (("staff", "invite", "--role", "editor", "--section", "taken/absent"), "no section absent"),
        (("staff", "invite", "--role", "editor", "--section", "taken"), "SITE/SECTION"),
        (("staff", "invite", "--role", "admin", "--site", "taken"), "administrator"),
        (("key", "issue", "cms", "--site", "absent"), "no site absent"),
        (("key", "issue", "cms", "--site", "taken", "--expires", "2020-01-01"), "must lie ahead, by 3,660 days"),
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
    assert taliq("staff", "rename", "rania", "رانيا فؤاد").exit_code == 0
    assert "rania\tرانيا فؤاد\t" in taliq("staff", "list").stdout
    assert taliq("staff", "deactivate", "amal").exit_code == 0
    assert "amal\tamal\tauditor\tar\tclosed\n" in taliq("staff", "list").stdout
    assert taliq("staff", "reactivate", "amal").exit_code == 0
    assert "amal\tamal\tauditor\tar\tactive\n" in taliq("staff", "list").stdout
    last = taliq("staff", "deactivate", "rania")
    assert last.exit_code == 2
    assert "last administrator" in last.stderr


def test_somebody_is_invited_limited_and_uninvited(taliq: Taliq, plant: Plant) -> None:
    taliq("site", "add", "al-marsad")
    result = taliq("staff", "invite", "--role", "editor", "--site", "al-marsad", "--days", 2)
    address, _, token = result.stdout.strip().partition("?token=")
    assert address == "http://127.0.0.1:8501/invite"
    number, *_, state = taliq("staff", "invitations").stdout.strip().split("\t")
    assert (number in result.stderr, state) == (True, "open")
    given = {"name": "amal", "display_name": "أمل", "language": "ar", "password": "tulip-seventeen-boat"}
    invitations.accept(plant.desk, token, address="127.0.0.1", **given)
    assert [len(one) for one in placing.limits(plant.desk, OPERATOR).values()] == [1]
    assert taliq("staff", "limit", "amal").exit_code == 0
    assert placing.limits(plant.desk, OPERATOR) == {}
    taliq("staff", "invite", "--role", "editor")
    number = taliq("staff", "invitations").stdout.partition("\t")[0]
    assert taliq("staff", "uninvite", number).exit_code == 0
    assert "revoked" in taliq("staff", "invitations").stdout


def test_a_person_is_expected_at_the_provider(taliq: Taliq, plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    taliq("staff", "add", "amal", "--role", "editor")
    assert "TALIQ_OIDC_ISSUER" in taliq("staff", "identity", "amal", "amal@news.example").output
    monkeypatch.setenv("TALIQ_OIDC_ISSUER", "https://id.example.org")
    assert taliq("staff", "identity", "amal", "Amal@News.example").exit_code == 0
    assert [one.email for one in provider.identities(plant.desk, OPERATOR).values()] == ["amal@news.example"]
    assert taliq("staff", "identity", "amal").exit_code == 0
    assert provider.identities(plant.desk, OPERATOR) == {}


def test_the_rules_of_entry_are_shown_and_changed(taliq: Taliq) -> None:
    assert taliq("staff", "rules").stdout == "720\t336\t-\n"
    changed = taliq("staff", "rules", "--idle-minutes", 30, "--require-factor", "admin", "--require-factor", "editor")
    assert changed.stdout == "30\t336\tadmin editor\n"
    assert taliq("staff", "rules", "--require-no-factor").stdout == "30\t336\t-\n"
    assert taliq("staff", "rules", "--idle-minutes", 1).exit_code == 2
    assert taliq("staff", "rules", "--require-factor", "admin", "--require-no-factor").exit_code == 2
    assert taliq("staff", "rules").stdout == "30\t336\t-\n"


def test_a_key_has_scopes_and_an_end_and_is_rotated(taliq: Taliq, plant: Plant) -> None:
    taliq("site", "add", "al-marsad")
    given = ("--site", "al-marsad", "--scope", "decisions:read", "--expires", "2999-01-01")
    assert taliq("key", "issue", "feed", *given).exit_code == 2
    given = ("--site", "al-marsad", "--scope", "decisions:read", "--expires", "2030-01-01T00:00")
    assert taliq("key", "issue", "feed", *given).exit_code == 0
    number, *_, until, scopes, revoked = taliq("key", "list", "--site", "al-marsad").stdout.strip().split("\t")
    assert (until, scopes, revoked) == ("2030-01-01T00:00:00.000Z", "decisions:read", "-")
    rotated = taliq("key", "rotate", number, "--overlap-hours", 1)
    assert rotated.stdout.startswith("tq_")
    assert len(taliq("key", "list", "--site", "al-marsad").stdout.splitlines()) == 2
    assert taliq("key", "rotate", number).exit_code == 2


def test_the_keys_of_all_sites_are_listed_with_their_sites(taliq: Taliq) -> None:
    for site in ("al-marsad", "sawt"):
        taliq("site", "add", site)
        taliq("key", "issue", f"cms-{site}", "--site", site)
    lines = [line.split("\t") for line in taliq("key", "list").stdout.splitlines()]
    assert [(one[1], one[-1]) for one in lines] == [("cms-al-marsad", "al-marsad"), ("cms-sawt", "sawt")]
    [line] = taliq("key", "list", "--site", "sawt").stdout.splitlines()
    assert line.split("\t") == lines[1][:-1]


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


def test_what_cannot_be_written_is_not_noted_as_given_out(taliq: Taliq, tmp_path: Path) -> None:
    row = {"external_id": "c-1", "article_id": "a-1", "commenter_id": "u-1", "body": "A civil thought"}
    taliq("import", "-", "--site", "al-marsad", "--format", "jsonl", stdin=json.dumps(row))
    kept = tmp_path / "kept.json"
    kept.symlink_to(tmp_path / "elsewhere.json")
    for out, code in ((tmp_path / "absent" / "held.json", 2), (tmp_path, 2), (kept, 0)):
        result = taliq("commenter", "export", "--site", "al-marsad", "u-1", "--out", out)
        assert result.exit_code == code
        assert code == 0 or f"{out} " in result.stderr
    assert kept.is_symlink()
    assert taliq("audit", "export", "--site", "al-marsad").stdout.count("commenter:exported") == 1


@pytest.mark.parametrize("command", [("commenter", "recount"), ("dsa",), ("report",)])
def test_where_there_are_several_sites_one_is_to_be_named(taliq: Taliq, command: tuple[str, ...]) -> None:
    for name in ("al-marsad", "al-shahed"):
        taliq("site", "add", name)
    result = taliq(*command)
    assert result.exit_code == 2
    assert result.stderr == (
        "Error: There are several sites, or none yet. `taliq site list` shows them; name one with --site.\n"
    )


def test_records_are_counted_anew(taliq: Taliq, plant: Plant) -> None:
    row = {"external_id": "c-1", "article_id": "a-1", "commenter_id": "u-1", "body": "A civil thought"}
    taliq("import", "-", "--site", "al-marsad", "--format", "jsonl", stdin=json.dumps(row))
    assert taliq("commenter", "recount").stderr == "All records are right.\n"
    with plant.engine.begin() as connection:
        connection.execute(delete(commenter_records))
    assert taliq("commenter", "recount").stderr == "1 commenter's record was wrong and is right now.\n"
    assert taliq("audit", "verify").exit_code == 0


@pytest.mark.parametrize("number", [2**63, 10**23])
@pytest.mark.parametrize(
    "command",
    [
        ("audit", "proof"), ("audit", "proof", "--decision"), ("audit", "export", "--comment"),
        ("audit", "export", "--article"), ("audit", "export", "--commenter"), ("key", "revoke"), ("key", "rotate"),
        ("staff", "uninvite"), ("staff", "rules", "--idle-minutes"), ("staff", "rules", "--session-hours"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_number_that_is_too_large_is_refused(taliq: Taliq, command: tuple[str, ...], number: int) -> None:
    refused = taliq(*command, number)
    assert refused.exit_code == 2
    assert str(number) in refused.stderr


@pytest.mark.parametrize(
    "command", [("audit", "proof", "--decision"), ("key", "revoke"), ("key", "rotate"), ("staff", "uninvite")]
)
def test_the_largest_id_is_looked_for(taliq: Taliq, command: tuple[str, ...]) -> None:
    assert taliq("site", "add", "al-marsad").exit_code == 0
    missing = taliq(*command, 2**63 - 1)
    assert missing.exit_code == 2
    assert "range" not in missing.stderr


def test_what_may_be_set_for_sessions_is_what_the_desk_takes(taliq: Taliq) -> None:
    bounds = (rules_of_entry.SHORTEST_IDLE, rules_of_entry.LONGEST_IDLE)
    assert [one // timedelta(minutes=1) for one in bounds] == [inviting._MINUTES.min, inviting._MINUTES.max]
    bounds = (rules_of_entry.SHORTEST, rules_of_entry.LONGEST)
    assert [one // timedelta(hours=1) for one in bounds] == [inviting._HOURS.min, inviting._HOURS.max]
    most = taliq("staff", "rules", "--idle-minutes", inviting._MINUTES.max, "--session-hours", inviting._HOURS.max)
    assert most.exit_code == 0
