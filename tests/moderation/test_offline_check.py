"""The check that an auditor runs: one file, Python alone, far from the project."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from moderation import offline_check
from moderation.exports import events
from moderation.ports import EventFilter
from moderation.service import audit
from moderation.stored_tree import StoredTree
from moderation.tree import consistency_ranges
from tests.builders import OPERATOR, SITE, Newsroom, incoming
from tests.moderation.test_tree import Stored

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def backend() -> str:
    """The file is the same from either database."""
    return "sqlite"


@dataclass(frozen=True)
class Files:
    log: Path
    earlier: Path
    proof: Path
    key: str


@pytest.fixture
def files(newsroom: Newsroom, tmp_path: Path) -> Files:
    newsroom.submit(*[incoming(f"civil {number}") for number in range(5)])
    earlier = tmp_path / "earlier.txt"
    earlier.write_text(audit.checkpoint(newsroom.desk, OPERATOR, site=SITE).note, encoding="utf-8")
    newsroom.submit(*[incoming(f"later {number}") for number in range(8)])
    proof = tmp_path / "one.tlog-proof"
    proof.write_text(audit.prove(newsroom.desk, OPERATOR, 3, site=SITE), encoding="utf-8")
    made = audit.export(newsroom.desk, OPERATOR, site=SITE)
    log = tmp_path / "log.jsonl"
    log.write_bytes(b"".join(events.jsonl(made.rows, made.note)))
    key = next(one.vkey() for one in audit.keys(newsroom.desk, OPERATOR) if one.name.endswith(SITE))
    return Files(log=log, earlier=earlier, proof=proof, key=key)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    alone = tmp_path / "elsewhere"
    alone.mkdir()
    shutil.copy(offline_check.__file__, alone / "check.py")

    def check(*given: object) -> subprocess.CompletedProcess[str]:
        # -I: neither this project nor any installed package's path from the environment.
        return subprocess.run(
            [sys.executable, "-I", "check.py", *map(str, given)],
            cwd=alone,
            capture_output=True,
            text=True,
            env={"PYTHONIOENCODING": "utf-8"},
            check=False,
        )

    return check


def test_a_whole_export_by_the_newsroom_s_key(run: Run, files: Files) -> None:
    done = run(files.log, "--checkpoint", files.earlier, "--key", files.key)
    assert done.returncode == 0, done.stdout + done.stderr
    for said in (f"of taliq/{SITE}, whole", "signed by a given key", "extends 1 kept head"):
        assert said in done.stdout


def test_it_says_what_was_not_checked(run: Run, files: Files) -> None:
    done = run(files.log)
    assert done.returncode == 0
    assert "the signature was not checked" in done.stdout
    assert "not compared with a head" in done.stdout


@pytest.fixture
def some(files: Files, newsroom: Newsroom, tmp_path: Path) -> Path:
    """An export of what the policy did, which is all but the first and the last event."""
    made = audit.export(newsroom.desk, OPERATOR, site=SITE, where=EventFilter(type="comment:submitted"))
    path = tmp_path / "some.jsonl"
    path.write_bytes(b"".join(events.selection(made.proven, made.note)))
    return path


def test_each_event_of_a_selection_is_proven(run: Run, files: Files, some: Path) -> None:
    done = run(some, "--key", files.key)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"13 of the 17 events of taliq/{SITE}, each in the log" in done.stdout
    # Fewer of them prove no less each; a head of another size cannot be compared without the rest.
    head, *rest = some.read_text(encoding="utf-8").splitlines(keepends=True)
    some.write_text("".join([head, *rest[3:]]), encoding="utf-8")
    assert "10 of the 17 events" in run(some).stdout
    assert "another head than the one that was kept" in run(some, "--checkpoint", files.earlier).stdout
    same = files.earlier.with_name("same.txt")
    same.write_text(json.loads(head)["checkpoint"], encoding="utf-8")
    assert run(some, "--checkpoint", same).returncode == 0


def _changed(line: str, **facts: object) -> str:
    return json.dumps(json.loads(line) | facts) + "\n"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda all_: [all_[0], _changed(all_[1], proof=[]), *all_[2:]], "not in the tree"),
        (
            lambda all_: [all_[0], _changed(all_[1], proof=[*json.loads(all_[1])["proof"], "00" * 32]), *all_[2:]],
            "not in",
        ),
        (lambda all_: [all_[0], _changed(all_[1], proof=json.loads(all_[2])["proof"]), *all_[2:]], "not in the tree"),
        (lambda all_: [all_[0], _changed(all_[1], position=9), *all_[2:]], "event 9 was altered"),
        (lambda all_: [*all_[:4], all_[4].replace("submitted", "withdrawn"), *all_[5:]], "was altered"),
        (lambda all_: [all_[0], all_[2], all_[1], *all_[3:]], "out of its place"),
        (lambda all_: [all_[0], all_[1], *all_[1:]], "out of its place"),
        (lambda all_: all_[:-1], "cut off"),
        (lambda all_: all_[:1], "cut off"),
        (lambda all_: [*all_, all_[1]], "follows the signed head"),
        (lambda all_: [*all_[:-1], _changed(all_[-1], checkpoint="a\n1\n\n")], "another one"),
    ],
)
def test_a_selection_that_is_not_of_the_log(
    run: Run, some: Path, change: Callable[[list[str]], list[str]], said: str
) -> None:
    some.write_text("".join(change(some.read_text(encoding="utf-8").splitlines(keepends=True))), encoding="utf-8")
    done = run(some)
    assert (done.returncode, said in done.stdout) == (1, True), done.stdout


def test_a_selection_out_of_a_log_with_an_event_missing_has_the_proofs_that_there_are(
    run: Run, newsroom: Newsroom, tmp_path: Path
) -> None:
    newsroom.submit(*[incoming(f"civil {number}") for number in range(12)])
    with newsroom.plant.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_events_no_DELETE"))
        connection.execute(text("DELETE FROM audit_events WHERE position = 5"))
    made = audit.export(newsroom.desk, OPERATOR, site=SITE, where=EventFilter(type="comment:submitted"))
    found = {event.position: len(proof) > 0 for event, proof in made.proven}
    # Whatever has the missing event's hash in its proof has none.
    assert [position for position, proven in found.items() if not proven] == [2, 3, 4, 6, 7]
    assert len(found) == 11


def test_a_proof_of_one_event(run: Run, files: Files) -> None:
    done = run(files.proof, "--key", files.key)
    assert done.returncode == 0, done.stdout
    assert f"event 3 of taliq/{SITE}" in done.stdout
    assert '"position":3' in done.stdout
    files.proof.write_text(files.proof.read_text().replace("index 3", "index 4"))
    assert run(files.proof).returncode == 1


def test_the_growth_since_a_head(run: Run, files: Files, newsroom: Newsroom, tmp_path: Path) -> None:
    kept = files.earlier.read_text(encoding="utf-8")
    path = tmp_path / "growth.txt"
    path.write_text(audit.prove_growth(newsroom.desk, OPERATOR, kept), encoding="utf-8")
    done = run(path, "--checkpoint", files.earlier, "--key", files.key)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"the 16 events of taliq/{SITE} begin with the 7 that were there before" in done.stdout
    assert "extends 1 kept head" in done.stdout
    assert "give the head of 7 events" in run(path).stdout
    newest = tmp_path / "newest.txt"
    newest.write_text(path.read_text(encoding="utf-8").partition("\n\n")[2], encoding="utf-8")
    assert "does not extend" in run(path, "--checkpoint", newest).stdout
    files.earlier.write_text(kept.replace(kept.split("\n")[2], "A" * 43 + "="), encoding="utf-8")
    assert "does not extend" in run(path, "--checkpoint", files.earlier).stdout
    # Since the newest nothing has come.
    path.write_text(audit.prove_growth(newsroom.desk, OPERATOR, newest.read_text(encoding="utf-8")), encoding="utf-8")
    assert run(path, "--checkpoint", newest, "--key", files.key).returncode == 0


@pytest.mark.parametrize("new", [1, 2, 3, 7, 8, 9, 100])
def test_the_auditor_s_own_check_of_growth_agrees(new: int) -> None:
    own = [bytes([number + 1]) * 32 for number in range(new)]
    tree = StoredTree(Stored(own), 7)
    for old in range(1, new + 1):
        proof = tree.heads(consistency_ranges(old, new))
        roots = tree.root(old), tree.root(new)
        assert offline_check.grown(old, roots[0], new, roots[1], proof)
        assert not offline_check.grown(old, roots[0], new, bytes(32), proof)
        assert not offline_check.grown(old, bytes(32), new, roots[1], proof)
        assert not offline_check.grown(old, roots[0], new, roots[1], [*proof, bytes(32)])


def lines(files: Files) -> list[str]:
    return files.log.read_text(encoding="utf-8").splitlines(keepends=True)


def kept(files: Files, changed: list[str]) -> None:
    files.log.write_text("".join(changed), encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda all_: [*all_[:4], *all_[5:]], "event 4 is missing"),
        (lambda all_: [*all_[:4], all_[5], all_[4], *all_[6:]], "event 4 is missing"),
        (lambda all_: [*all_[:4], all_[4].replace("submitted", "withdrawn"), *all_[5:]], "event 4 was altered"),
        (lambda all_: all_[:-1], "cut off"),
        (lambda all_: [*all_, all_[0]], "follows the signed head"),
        (lambda all_: all_[:-2] + all_[-1:], "signed head is of"),
        (lambda all_: [*all_[:2], "no event\n", *all_[3:]], "line 3 is no event"),
    ],
)
def test_what_is_not_whole(run: Run, files: Files, change: Callable[[list[str]], list[str]], said: str) -> None:
    kept(files, change(lines(files)))
    done = run(files.log, "--key", files.key)
    assert done.returncode == 1, done.stdout
    assert said in done.stdout


def test_a_log_written_anew_is_told_by_the_head_that_was_kept(run: Run, files: Files, newsroom: Newsroom) -> None:
    """All hashes fit each other and the signature is good, as if by the newsroom itself."""
    from moderation.audit import Event, EventType, seal
    from moderation.checkpoint import Checkpoint, signed
    from moderation.tree import Frontier

    frontier = Frontier()
    given = [
        Event(type=EventType.COMMENT_DECIDED, actor="moderator:else", subject="comment:1", at=newsroom.clock(), data={})
        for _ in range(20)
    ]
    rows = seal(given, frontier, log_id=1)
    head = Checkpoint(origin=f"taliq/{SITE}", size=frontier.size, root=frontier.root())
    files.log.write_bytes(b"".join(events.jsonl(rows, signed(head, newsroom.desk.signer))))
    assert run(files.log, "--key", files.key).returncode == 0
    done = run(files.log, "--key", files.key, "--checkpoint", files.earlier)
    assert done.returncode == 1
    assert "not those of the head that was kept" in done.stdout


def test_another_key_has_not_signed_it(run: Run, files: Files) -> None:
    peter = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    for key in (peter, "nothing", files.key[:-4] + "AAAA"):
        assert run(files.log, "--key", key).returncode == 1


def test_a_broken_signature_is_told(run: Run, files: Files) -> None:
    *rest, last = lines(files)
    note = json.loads(last)["checkpoint"]
    at = len(note) - 20
    changed = note[:at] + ("A" if note[at] != "A" else "B") + note[at + 1 :]
    kept(files, [*rest, json.dumps({"checkpoint": changed}) + "\n"])
    assert run(files.log).returncode == 0
    assert run(files.log, "--key", files.key).returncode == 1


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"{}\n", b"[]\n", b'{"position": 0}\n', b"c2sp.org/tlog-proof@v1\n\n"]
)
def test_what_is_no_export(run: Run, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "thing"
    path.write_bytes(content)
    assert run(path).returncode in (1, 2)
    assert run(tmp_path / "absent").returncode == 2


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda files: gzip.compress(files.log.read_bytes()), "unpack it"),
        (lambda files: files.earlier.read_bytes(), "neither an export as JSON lines nor a proof"),
        (lambda _: b"\xef\xbb\xbfposition,type\r\n", "neither an export as JSON lines nor a proof"),
        (lambda _: b"PK\x03\x04\x14\x00", "neither an export as JSON lines nor a proof"),
        (lambda _: b'{"external_id": "1", "body": "Hello"}\n', "a line lacks 'position', so that this is no export"),
    ],
)
def test_another_file_is_not_called_changed(
    run: Run, files: Files, tmp_path: Path, make: Callable[[Files], bytes], said: str
) -> None:
    (tmp_path / "other").write_bytes(make(files))
    done = run(tmp_path / "other")
    assert (done.returncode, done.stdout.partition(":")[0]) == (2, "NOT READABLE")
    assert said in done.stdout


def test_the_published_example_of_ed25519() -> None:
    """RFC 8032, section 7.1, TEST 2."""
    key = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    signature = bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert offline_check.ed25519_verifies(key, b"\x72", signature)
    assert not offline_check.ed25519_verifies(key, b"\x73", signature)
    assert not offline_check.ed25519_verifies(key, b"\x72", signature[:-1])
    assert not offline_check.ed25519_verifies(key, b"\x72", signature[:32] + b"\xff" * 32)
    assert not offline_check.ed25519_verifies(b"\xff" * 32, b"\x72", signature)
