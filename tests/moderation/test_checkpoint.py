"""Signed heads: the formats to the letter, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.signing import KeyFile
from moderation.checkpoint import Checkpoint, Verifier, opened, proof_text, signed, stated, verifier_of
from moderation.errors import Invalid, Unavailable

# The example of the signed-note specification's Go implementation (golang.org/x/mod/sumdb/note, "PeterNeumann").
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
SIGNATURE = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
HEAD = Checkpoint(origin="taliq/al-marsad", size=3, root=bytes(range(32)))


@pytest.fixture
def key(tmp_path: Path) -> KeyFile:
    return KeyFile(tmp_path / "data" / "log.key")


def own(key: KeyFile, name: str = HEAD.origin) -> Verifier:
    return Verifier(name=name, public_key=key.public_key)


def test_the_note_is_the_one_of_the_specification(key: KeyFile) -> None:
    note = signed(HEAD, key)
    lines = note.split("\n")
    assert lines[:4] == ["taliq/al-marsad", "3", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", ""]
    assert lines[4].startswith("— taliq/al-marsad ")
    assert lines[5:] == [""]
    assert opened(note, [own(key)], key) == HEAD
    assert stated(note).origin == HEAD.origin


def test_a_published_signature_verifies(key: KeyFile) -> None:
    import base64

    peter = verifier_of(PETER)
    assert peter.vkey() == PETER
    given_ = base64.b64decode(SIGNATURE)
    assert given_[:4] == peter.key_hash
    assert key.verifies(peter.public_key, TEXT.encode(), given_[4:])
    assert not key.verifies(peter.public_key, TEXT.upper().encode(), given_[4:])


def test_other_signatures_stand_beside_ours(key: KeyFile) -> None:
    note = signed(HEAD, key) + "— witness.example AAAAAAAA\n"
    assert opened(note, [own(key)], key) == HEAD


@given(st.integers(0, 10_000), st.integers(0, 255))
def test_a_changed_character_breaks_it(at: int, to: int) -> None:
    key = _KEY
    note = signed(HEAD, key)
    at %= len(note)
    changed = note[:at] + chr(to) + note[at + 1 :]
    if changed == note:
        return
    try:
        assert opened(changed, [own(key)], key) == HEAD
    except Invalid:
        return
    raise AssertionError(changed)


def test_what_is_no_note(key: KeyFile) -> None:
    note = signed(HEAD, key)
    for bad in ("", "\n\n", note[:-1], note.replace("\n\n", "\n"), "x" * 20_000, note.replace("\n3\n", "\n03\n"),
                note.replace("AAEC", "AAE")):  # fmt: skip
        with pytest.raises(Invalid):
            opened(bad, [own(key)], key)


def test_another_s_signature_is_not_ours(key: KeyFile, tmp_path: Path) -> None:
    note = signed(HEAD, KeyFile(tmp_path / "other.key"))
    with pytest.raises(Invalid, match="bad_signature"):
        opened(note, [own(key)], key)
    with pytest.raises(Invalid):
        opened(signed(HEAD, key), [own(key, "taliq/desk")], key)


@pytest.mark.parametrize("bad", ["", "a+b", "a+00000000+AAAA", PETER.replace("c74f", "c74e"), PETER[:-4], "+" + PETER])
def test_what_is_no_key(bad: str) -> None:
    with pytest.raises(Invalid):
        verifier_of(bad)


def test_the_key_is_made_once_and_is_for_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "log.key"
    first = KeyFile(path).public_key
    assert KeyFile(path).public_key == first
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["log.key"]


def test_a_broken_key_is_no_new_key(tmp_path: Path) -> None:
    path = tmp_path / "log.key"
    path.write_text("nothing")
    with pytest.raises(Unavailable):
        KeyFile(path).sign(b"x")
    assert path.read_text() == "nothing"


def test_a_proof_is_the_text_of_the_specification(key: KeyFile) -> None:
    text = proof_text(2, [b"\x00" * 32], "a note\n", body="{}")
    assert text == (
        "c2sp.org/tlog-proof@v1\nextra e30=\nindex 2\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\na note\n"
    )


@pytest.fixture(autouse=True, scope="module")
def _one_key(tmp_path_factory: pytest.TempPathFactory) -> None:
    global _KEY
    _KEY = KeyFile(tmp_path_factory.mktemp("keys") / "log.key")


_KEY: KeyFile
