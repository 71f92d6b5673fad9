"""The log from the command line: whole, broken, exported."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)
from sqlalchemy import TextClause, text

from dashboard.cli.bars import Advance
from dashboard.cli.files import write
from dashboard.cli.main import taliq as taliq_command
from dashboard.signing import KeyFile
from dashboard.wiring import Plant
from moderation.checkpoint import Checkpoint, signed
from moderation.tree import Frontier
from tests.dashboard.cli.conftest import Taliq

ROWS = "".join(
    json.dumps({"external_id": f"c{n}", "article_id": "a", "commenter_id": "u", "body": body}) + "\n"
    for n, body in enumerate(["civil", "rude", "=threat", "advert"])
)


@pytest.fixture
def filled(taliq: Taliq) -> Taliq:
    assert taliq("import", "-", "--site", "al-marsad", stdin=ROWS).exit_code == 0
    taliq("staff", "add", "amal", "--role", "admin")
    return taliq


def tamper(plant: Plant, *statements: str | TextClause) -> None:
    """As somebody would who has the database's own rights: the triggers go first."""
    with plant.engine.begin() as connection:
        if plant.engine.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
        else:
            for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                connection.execute(text(f'DROP TRIGGER "{name}"'))
        for statement in statements:
            connection.execute(text(statement) if isinstance(statement, str) else statement)


def test_a_whole_log_is_called_whole(filled: Taliq) -> None:
    result = filled("audit", "verify")
    assert result.exit_code == 0
    desk, site = result.stdout.splitlines()
    assert desk.startswith("taliq/desk: 2 events, whole. Head ")
    assert site.startswith("taliq/al-marsad: 5 events, whole. Head ")
    assert filled("audit", "verify", "--site", "al-marsad").stdout.splitlines() == [site]


@pytest.mark.parametrize(
    ("statement", "position", "kind"),
    [
        ("UPDATE audit_events SET body = replace(body, 'approve', 'reject')", 1, "altered"),
        ("UPDATE audit_events SET actor = 'moderator:eve'", 2, "altered"),
        ("DELETE FROM audit_events", 3, "removed"),
        ("DELETE FROM audit_events", 4, "removed"),
    ],
)
def test_a_broken_log_is_named_with_its_place(
    statement: str, position: int, kind: str, filled: Taliq, plant: Plant
) -> None:
    tamper(plant, f"{statement} WHERE log_id <> 0 AND position = {position}")
    result = filled("audit", "verify")
    assert result.exit_code == 1
    assert f"taliq/al-marsad: BROKEN at position {position}: " in result.stdout
    assert kind in result.stdout
    assert "taliq/desk: 2 events, whole." in result.stdout


def test_the_exported_lines_prove_the_head_that_verify_names(filled: Taliq, tmp_path: Path) -> None:
    exported = filled("audit", "export", "--site", "al-marsad").stdout
    frontier = Frontier()
    *lines, last = exported.splitlines()
    assert json.loads(last)["checkpoint"].startswith("taliq/al-marsad\n")
    for line in lines:
        event = json.loads(line)
        leaf = sha256(b"\x00" + event["body"].encode()).digest()
        assert leaf.hex() == event["leaf"]
        assert frontier.append(leaf).hex() == event["subtree"]
    # That somebody exported the log is its newest event.
    assert json.loads(event["body"])["type"] == "log:exported"
    assert frontier.root().hex() in filled("audit", "verify").stdout


def test_filters_choose_events(filled: Taliq) -> None:
    def types(*arguments: str) -> list[str]:
        first, *lines, last = filled("audit", "export", "--site", "al-marsad", *arguments).stdout.splitlines()
        assert first == last
        return [json.loads(json.loads(line)["body"])["type"] for line in lines]

    assert types("--type", "site:added") == ["site:added"]
    assert types("--actor", "policy:1") == ["comment:submitted"] * 4
    assert "comment:submitted" not in types("--people-only")
    assert types("--until", "2020-01-01") == []
    assert types("--since", "2020-01-01T00:00:00+02:00", "--actor", "policy:1") == ["comment:submitted"] * 4
    assert len(filled("audit", "export").stdout.splitlines()) == 4


def test_an_outcome_and_a_reason_are_chosen_by_their_stored_words(filled: Taliq) -> None:
    def told(*arguments: str) -> list[dict[str, object]]:
        _, *lines, _ = filled("audit", "export", "--site", "al-marsad", *arguments).stdout.splitlines()
        return [json.loads(json.loads(line)["body"])["data"] for line in lines]

    everything = told("--type", "comment:submitted")
    for outcome in ("approve", "hold"):
        wanted = [one for one in everything if one["outcome"] == outcome]
        assert wanted
        assert told("--outcome", outcome) == told("--outcome", outcome.upper()) == wanted
    reasoned = [one for one in everything if "spam" in one["reasons"]]
    assert reasoned
    assert told("--reason", "spam") == reasoned
    assert filled("audit", "export", "--outcome", "deleted").exit_code == 2
    refused = filled("audit", "export", "--site", "al-marsad", "--type", "comment:decide")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "comment:decided" in refused.stderr


def test_an_article_and_a_commenter_choose_events_too(filled: Taliq, plant: Plant) -> None:
    with plant.engine.connect() as connection:
        [(article, commenter, comment)] = connection.execute(
            text("SELECT article_id, commenter_id, id FROM comments ORDER BY id LIMIT 1")
        ).all()
    for option, wanted, least in (("--article", article, 1), ("--commenter", commenter, 1), ("--comment", comment, 1)):
        _, *lines, _ = filled("audit", "export", "--site", "al-marsad", option, wanted).stdout.splitlines()
        assert len(lines) >= least
        assert f"comment:{comment}" in {json.loads(json.loads(line)["body"])["subject"] for line in lines}
    assert len(filled("audit", "export", "--site", "al-marsad", "--commenter", 404).stdout.splitlines()) == 2


@pytest.mark.parametrize("chosen", [(), ("--actor", "policy:1")])
@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_an_export_tells_how_far_it_is(
    filled: Taliq, monkeypatch: pytest.MonkeyPatch, form: str, chosen: tuple[str, ...]
) -> None:
    told: list[tuple[int, int]] = []

    @contextmanager
    def bar(title: str) -> Iterator[Advance]:
        assert title
        yield lambda done, total: told.append((done, total))

    monkeypatch.setattr("dashboard.cli.audit.bar", bar)
    monkeypatch.setattr("dashboard.cli.bars._TOLD_EVERY", 2)
    filled("audit", "export", "--site", "al-marsad", "--format", form, *chosen)
    # The export's own event is the sixth, and no decision of the policy.
    assert told == ([(1, 6), (3, 6)] if chosen else [(0, 6), (2, 6), (4, 6)])


def test_csv_goes_to_a_file_whole(filled: Taliq, tmp_path: Path) -> None:
    out = tmp_path / "log.csv"
    result = filled("audit", "export", "--site", "al-marsad", "--format", "csv", "--out", out)
    assert (result.exit_code, result.stdout) == (0, "")
    rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8-sig"), newline="")))
    assert [row["outcome"] for row in rows] == ["", "approve", "hold", "hold", "hold", "", ""]
    assert [path.name for path in tmp_path.glob("log*")] == ["log.csv"]


@pytest.mark.parametrize("name", ["absent/log.jsonl", "here"])
@pytest.mark.parametrize("command", [("export",), ("checkpoint",), ("proof", "1")])
def test_a_place_that_cannot_be_written_is_told_before_anything_is_exported(
    filled: Taliq, tmp_path: Path, command: tuple[str, ...], name: str
) -> None:
    (tmp_path / "here").mkdir()
    result = filled("audit", *command, "--site", "al-marsad", "--out", tmp_path / name)
    assert result.exit_code == 2
    assert f"{tmp_path / name} " in result.stderr
    assert list(tmp_path.rglob("*part")) == []
    assert "log:exported" not in filled("audit", "export", "--site", "al-marsad", "--until", "2020-01-01").stdout
    assert filled("audit", "verify", "--site", "al-marsad").stdout.startswith("taliq/al-marsad: 6 events")


def test_an_export_goes_into_a_pipe(filled: Taliq, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as thread:
        taken = thread.submit(pipe.read_bytes)
        assert filled("audit", "export", "--site", "al-marsad", "--out", pipe).exit_code == 0
        assert b"comment:submitted" in taken.result(timeout=60)
    assert pipe.is_fifo()


def test_a_link_stays_and_what_it_leads_to_is_written(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("log")
    write([b"one"], tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "log").read_bytes() == b"one"


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "full"), ValueError()])
def test_an_error_leaves_what_was_there(tmp_path: Path, error: Exception) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"new"
        raise error

    (tmp_path / "log").write_bytes(b"old")
    with pytest.raises(type(error)):
        write(pieces(), tmp_path / "log")
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("log", b"old")]


def test_an_error_of_the_file_names_the_place_that_was_asked_for(tmp_path: Path) -> None:
    out = tmp_path / ("x" * 250)
    with pytest.raises(OSError, match="name too long") as caught:
        write([b"one"], out)
    assert caught.value.filename == str(out)


def test_a_head_that_was_kept_is_extended(filled: Taliq, tmp_path: Path) -> None:
    head = tmp_path / "head.txt"
    assert filled("audit", "checkpoint", "--site", "al-marsad", "--out", head).exit_code == 0
    key = filled("audit", "key").stdout.splitlines()[-1]
    whole = filled("audit", "verify", "--checkpoint", head, "--key", key)
    assert whole.exit_code == 0
    assert "extends 2 signed heads" in whole.stdout
    head.write_text(head.read_text().replace("al-marsad", "al-nahar"))
    assert filled("audit", "verify", "--checkpoint", head).exit_code == 2
    assert filled("audit", "verify", "--key", "nothing").exit_code == 2


def test_a_head_of_an_earlier_key_is_known_by_that_key(filled: Taliq, plant: Plant, tmp_path: Path) -> None:
    filled("audit", "checkpoint", "--site", "al-marsad")
    (earlier,) = (key for key in filled("audit", "key").stdout.splitlines() if key.startswith("taliq/al-marsad+"))
    # A desk is frozen once it is made, and this one is made before the test.
    object.__setattr__(plant.desk, "signer", KeyFile(tmp_path / "other.key"))
    told = filled("audit", "verify", "--site", "al-marsad")
    assert told.exit_code == 1
    assert "another key than this desk's; give an earlier one by --key" in told.stdout
    assert filled("audit", "verify", "--site", "al-marsad", "--key", earlier).exit_code == 0


def test_export_and_proof_are_checked_without_a_database(filled: Taliq, tmp_path: Path) -> None:
    head, log, proof = tmp_path / "head.txt", tmp_path / "log.jsonl", tmp_path / "one.tlog-proof"
    filled("audit", "checkpoint", "--site", "al-marsad", "--out", head)
    filled("audit", "export", "--site", "al-marsad", "--out", log)
    filled("audit", "proof", "1", "--site", "al-marsad", "--out", proof)
    key = next(one for one in filled("audit", "key").stdout.splitlines() if "al-marsad" in one)
    checked = filled("audit", "check", log, "--checkpoint", head, "--key", key)
    assert (checked.exit_code, "whole" in checked.stdout, "signed by a given key" in checked.stdout) == (0, True, True)
    assert filled("audit", "check", proof, "--key", key).exit_code == 0
    growth = tmp_path / "growth.txt"
    assert filled("audit", "proof", "--since", head, "--out", growth).exit_code == 0
    assert filled("audit", "check", growth, "--checkpoint", head, "--key", key).exit_code == 0
    log.write_text(log.read_text().replace("approve", "reject!", 1))
    assert filled("audit", "check", log).exit_code == 1
    some = tmp_path / "some.jsonl"
    filled("audit", "export", "--site", "al-marsad", "--type", "comment:submitted", "--out", some)
    checked = filled("audit", "check", some, "--key", key)
    assert (checked.exit_code, "4 of the 7 events of taliq/al-marsad, each in the log" in checked.stdout) == (0, True)


def test_a_decision_is_proven_by_its_id(filled: Taliq) -> None:
    found = filled("audit", "export", "--site", "al-marsad", "--type", "comment:submitted").stdout.splitlines()
    event = json.loads(found[1])
    decision = json.loads(event["body"])["data"]["decision"]
    proof = filled("audit", "proof", "--decision", decision).stdout
    assert f"\nindex {event['position']}\n" in proof
    since = ("--since", __file__)
    for wrong in ((), (1, "--decision", decision), (1, *since), since, ("--decision", 1), (999, "--site", "al-marsad")):
        assert filled("audit", "proof", *wrong).exit_code == 2


def test_a_history_written_anew_is_named_between_two_heads(filled: Taliq, plant: Plant) -> None:
    """The stored head is one that was signed over other events."""
    filled("audit", "checkpoint", "--site", "al-marsad")
    other = Checkpoint(origin="taliq/al-marsad", size=5, root=bytes(32))
    given = {"root": other.root, "note": signed(other, plant.desk.signer)}
    tamper(plant, text("UPDATE checkpoints SET root = :root, note = :note").bindparams(**given))
    result = filled("audit", "verify", "--site", "al-marsad")
    assert result.exit_code == 1
    assert "does not extend the signed head of 5 events. What was changed is among the events 0 to 4." in result.stdout


_ON_A_LOG = [("verify",), ("export",), ("checkpoint",), ("key",), ("proof", "0"), ("proof", "--decision", "1")]


@pytest.mark.parametrize("command", _ON_A_LOG, ids=" ".join)
@pytest.mark.parametrize("there", [None, b""])
def test_a_database_that_is_not_there_is_told_and_not_made(
    there: bytes | None, command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mistyped = tmp_path / "var" / "mistyped.sqlite"
    if there is not None:
        mistyped.parent.mkdir()
        mistyped.write_bytes(there)
    monkeypatch.setenv("TALIQ_DATABASE_URL", f"sqlite:///{mistyped}")
    result = CliRunner().invoke(taliq_command, ["audit", *command])
    assert (result.exit_code, result.stdout) == (2, "")
    assert str(mistyped) in result.stderr
    assert "TALIQ_DATABASE_URL and TALIQ_VAR" in result.stderr
    assert [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()] == ([] if there is None else [there])


def test_a_database_of_another_program_is_left_as_it_is(taliq: Taliq, plant: Plant) -> None:
    with plant.engine.begin() as connection:
        connection.execute(text("ALTER TABLE alembic_version RENAME TO of_another_program"))
    result = taliq("audit", "verify")
    assert result.exit_code == 2
    assert "There is no desk's database" in result.stderr
    assert not plant.is_begun()


def test_where_there_is_no_log_nothing_is_called_whole(taliq: Taliq) -> None:
    result = taliq("audit", "verify")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "nothing was verified" in result.stderr


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("change", ["body = x'ff00ff'", "at = 'zzz'", "leaf = 'abc'"])
def test_a_value_that_is_none_is_named_as_altered(filled: Taliq, plant: Plant, change: str) -> None:
    tamper(plant, f"UPDATE audit_events SET {change} WHERE log_id <> 0 AND position = 2")  # noqa: S608
    result = filled("audit", "verify")
    assert result.exit_code == 1
    assert "taliq/al-marsad: BROKEN at position 2: the event was altered." in result.stdout


def _pem(key: Ed25519PrivateKey | X25519PrivateKey, encryption: KeySerializationEncryption) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"#!/bin/sh\nexec taliq\n", "is no key that can sign the log"),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "is no key that can sign the log"),
        (b"", "is no key that can sign the log"),
        (_pem(X25519PrivateKey.generate(), NoEncryption()), "is no key that can sign the log"),
        (_pem(Ed25519PrivateKey.generate(), BestAvailableEncryption(b"secret")), "without a passphrase"),
        (None, "cannot be read from the file"),
    ],
)
def test_a_signing_key_that_is_none_is_named(
    filled: Taliq, plant: Plant, tmp_path: Path, content: bytes | None, told: str
) -> None:
    place = tmp_path / "signing.txt"
    if content is None:
        place.mkdir()
    else:
        place.write_bytes(content)
    # A desk is frozen once it is made, and this one is made before the test.
    object.__setattr__(plant.desk, "signer", KeyFile(place))
    for command in ("key", "checkpoint", "export"):
        result = filled("audit", command)
        assert (result.exit_code, result.stdout) == (1, "")
        assert f"the file {place}".casefold() in result.stderr.casefold()
        assert told in result.stderr
        assert "atabase" not in result.stderr
