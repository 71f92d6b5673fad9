"""`taliq train` and `taliq score`, at any length and on any line."""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from dashboard.cli import classifier, words
from dashboard.cli.main import taliq
from dashboard.cli.troubles import Trouble
from moderation.classifier import Classifier, artifact
from moderation.score import LABELS

GOOD = '{"id": "a", "text": "شكرا على الخبر"}'


def run(*arguments: object, stdin: str | bytes = b"") -> Result:
    result = CliRunner().invoke(taliq, [str(one) for one in arguments], input=stdin)
    if result.exception is not None and not isinstance(result.exception, SystemExit | Trouble):
        raise result.exception
    return result


def answers(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_it_writes_six_scores_and_the_model_for_each_line_in_order() -> None:
    texts = [f"تعليق رقم {number}" + " يا غبي" * (number % 2) for number in range(3_000)]
    lines = "".join(json.dumps({"id": number, "text": text}) + "\n" for number, text in enumerate(texts))
    result = run("score", "-", stdin=lines)
    assert result.exit_code == 0
    assert result.stderr == ""
    expected = Classifier.load().score(texts)
    assert answers(result) == [
        {
            "id": number,
            "scores": {label.value: one.of(label) for label in LABELS},
            "reject": one.reject,
            "model": one.model,
        }
        for number, one in enumerate(expected)
    ]


@pytest.mark.parametrize(
    ("line", "own", "error"),
    [
        (b"not json", None, "not_json"),
        (b'{"id": 1, "text": "x"', None, "not_json"),
        (b'{"id": NaN, "text": "x"}', None, "not_json"),
        (b'{"id": ' + b"9" * 10_000 + b', "text": "x"}', None, "not_json"),
        (b"[" * 100_000, None, "not_json"),
        (b'{"id": 1, "text": "\xff"}', None, "not_utf8"),
        (b'{"id": 1, "text": "\xed\xa0\x80"}', None, "not_utf8"),
        (b"\x00\x00", None, "not_json"),
        (b"[1, 2]", None, "not_an_object"),
        (b'"text"', None, "not_an_object"),
        (b"null", None, "not_an_object"),
        (b'{"id": 1}', 1, "no_text"),
        (b'{"id": "x", "text": null}', "x", "wrong_text"),
        (b'{"id": 2.5, "text": ["x"]}', 2.5, "wrong_text"),
        (b'{"id": [1], "text": "x"}', None, "wrong_id"),
        (b'{"id": true, "text": "x"}', None, "wrong_id"),
    ],
)
def test_a_bad_line_is_answered_in_its_place(line: bytes, own: object, error: str) -> None:
    result = run("score", "-", stdin=GOOD.encode() + b"\n" + line + b"\n" + GOOD.encode() + b"\n")
    assert result.exit_code == 0
    before, refused, after = answers(result)
    assert before == after
    assert refused == {"id": own, "error": error, "line": 2}
    assert "1 lines could not be read" in result.stderr


@pytest.mark.parametrize(
    ("content", "identifiers"),
    [
        (b"", []),
        (b"\n\r\n  \n", []),
        (GOOD.encode(), ["a"]),
        (b"\xef\xbb\xbf" + GOOD.encode() + b"\r\n", ["a"]),
        (b'{"text": "x"}\n', [None]),
        (b'{"id": null, "text": "", "other": 1}\n', [None]),
        (b'{"id": "\\ud800", "text": "\\ud800\\u0000"}\n', ["\ud800"]),
        (b'{"id": "=1+1", "text": "=1+1"}\n', ["=1+1"]),
        (json.dumps({"id": 1, "text": "كلب" * 333_333}).encode(), [1]),
        (json.dumps({"id": 1, "text": "\u0301" * 50_000}).encode(), [1]),
    ],
    ids=["nothing", "blank", "no-newline", "bom-crlf", "no-id", "empty", "surrogate", "formula", "1-mb", "marks"],
)
def test_odd_lines_have_scores(content: bytes, identifiers: list[object]) -> None:
    result = run("score", "-", stdin=content)
    assert result.exit_code == 0
    assert result.stderr == ""
    assert [one["id"] for one in answers(result)] == identifiers
    assert all(0 <= score <= 1 for one in answers(result) for score in one["scores"].values())


def test_line_numbers_count_blank_lines_across_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classifier, "_CHUNK", 7)
    result = run("score", "-", stdin=f"{GOOD}\n\nbad\n\n{GOOD}\nworse".encode())
    assert [one.get("line") for one in answers(result)] == [None, 3, None, 6]


@pytest.mark.parametrize("chunk", [1, 5, 64, 1 << 19])
def test_a_line_too_long_is_refused_without_being_kept(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classifier, "LONGEST_LINE", 100)
    monkeypatch.setattr(classifier, "_CHUNK", chunk)
    long = json.dumps({"id": 1, "text": "x" * 200})
    result = run("score", "-", stdin=f"{GOOD}\n{long}\n{GOOD}\n{long}".encode())
    assert [one.get("error") for one in answers(result)] == [None, "line_too_long", None, "line_too_long"]
    assert [one.get("line") for one in answers(result)] == [None, 2, None, 4]


def test_what_is_kept_of_an_endless_line_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classifier, "LONGEST_LINE", 1_000)
    monkeypatch.setattr(classifier, "_CHUNK", 100)
    joined: list[int] = []
    numbered = classifier._numbered
    monkeypatch.setattr(
        classifier,
        "_numbered",
        lambda lines, before: numbered([joined.append(len(line or b"")) or line for line in lines], before),
    )
    (batch,) = classifier._batches(io.BytesIO(b"x" * 1_000_000))
    assert [line.error for line in batch[0]] == ["line_too_long"]
    assert joined == [0]


def test_a_file_is_read_plain_and_gzipped(tmp_path: Path) -> None:
    plain, packed = tmp_path / "c.jsonl", tmp_path / "c.jsonl.gz"
    plain.write_text(GOOD + "\n", encoding="utf-8")
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert run("score", plain).stdout == run("score", packed).stdout != ""


@pytest.mark.parametrize("damage", [lambda packed: packed[:-12], lambda packed: b"x" + packed])
def test_a_damaged_gzip_is_told(damage: Any, tmp_path: Path) -> None:
    path = tmp_path / "c.jsonl.gz"
    path.write_bytes(damage(gzip.compress(f"{GOOD}\n".encode() * 5_000)))
    result = run("score", path)
    assert result.exit_code == 2
    assert "c.jsonl.gz is no whole gzip file" in result.stderr


def test_a_program_that_waits_for_each_answer_gets_it() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", "from dashboard.cli.main import main; main()", "score", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as asked:
        assert asked.stdin is not None
        assert asked.stdout is not None
        for number in range(3):
            asked.stdin.write(json.dumps({"id": number, "text": "سلام"}).encode() + b"\n")
            asked.stdin.flush()
            assert json.loads(asked.stdout.readline())["id"] == number
        asked.stdin.close()
        assert asked.wait() == 0


def trouble(result: Result) -> str:
    assert result.exit_code != 0
    return result.stderr


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    assert "There is no file" in trouble(run("score", tmp_path / "nowhere"))


def test_a_missing_model_is_told(tmp_path: Path) -> None:
    said = trouble(run("score", "-", "--model", tmp_path))
    assert "no model there" in said
    assert "manifest.json" in said


def write_set(folder: Path, name: str, rows: list[dict[str, Any]]) -> None:
    folder.mkdir(exist_ok=True)
    content = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / f"{name}.jsonl.gz").write_bytes(gzip.compress(content.encode()))


def rows(count: int) -> list[dict[str, Any]]:
    rude = [{"text": f"غبي وقح {number}", "label": 1, "classes": ["toxic"]} for number in range(count)]
    civil = [{"text": f"شكرا للكاتب {number}", "label": 0, "classes": []} for number in range(count)]
    return rude + civil


def test_a_model_is_trained_and_scores(tmp_path: Path) -> None:
    write_set(tmp_path / "data", "mpold", rows(60))
    out = tmp_path / "model"
    result = run("train", "--data", tmp_path / "data", "--group", "open", "--out", out)
    assert result.exit_code == 0
    assert artifact.load(out).version in result.output
    assert (out / "CARD.md").is_file()
    (rude,) = answers(run("score", "-", "--model", out, stdin='{"id": 1, "text": "غبي"}\n'))
    (civil,) = answers(run("score", "-", "--model", out, stdin='{"id": 1, "text": "شكرا"}\n'))
    assert rude["scores"]["toxic"] > civil["scores"]["toxic"]
    assert rude["model"] == artifact.load(out).version


def test_the_deployments_model_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TALIQ_MODEL", str(tmp_path))
    assert "no model there" in trouble(run("score", "-"))


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ([{"text": "x", "label": 5, "classes": []}], "(mpold.jsonl.gz, line 1: label)"),
        ([], "hold none that was judged"),
        ([{"text": "x", "label": 0, "classes": []}], "same answer"),
    ],
)
def test_a_corpus_that_teaches_nothing_is_told(bad: list[dict[str, Any]], said: str, tmp_path: Path) -> None:
    write_set(tmp_path / "data", "mpold", bad)
    assert said in trouble(run("train", "--data", tmp_path / "data", "--out", tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_a_damaged_corpus_is_told(tmp_path: Path) -> None:
    (tmp_path / "mpold.jsonl.gz").write_bytes(b"not gzip")
    said = trouble(run("train", "--data", tmp_path, "--out", tmp_path / "out"))
    assert "(mpold.jsonl.gz, line 1)" in said


def test_no_corpus_is_told_in_the_terminals_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "ar_EG.UTF-8")
    words.language.cache_clear()
    assert "تعليقات مصنّفة" in trouble(run("train", "--data", tmp_path, "--out", tmp_path / "out"))


def test_a_bar_is_drawn_only_on_a_terminal(tmp_path: Path) -> None:
    """A pseudo-terminal is standard error; standard output stays JSON lines."""
    path = tmp_path / "c.jsonl"
    path.write_text(f"{GOOD}\n" * 20_000, encoding="utf-8")
    ours, theirs = os.openpty()
    with (
        subprocess.Popen(
            [sys.executable, "-c", "from dashboard.cli.main import main; main()", "score", str(path)],
            stdout=subprocess.PIPE,
            stderr=theirs,
            env=os.environ | {"TERM": "xterm", "COLUMNS": "80"},
        ) as asked,
        ThreadPoolExecutor(1) as beside,
    ):
        os.close(theirs)
        screen = beside.submit(b"".join, _shown(ours))
        out, _ = asked.communicate()
        drawn = screen.result().decode()
    os.close(ours)
    assert asked.returncode == 0
    assert all("scores" in json.loads(line) for line in out.splitlines())
    assert len(out.splitlines()) == 20_000
    assert "c.jsonl" in drawn


def _shown(terminal: int) -> Iterator[bytes]:
    """What is written to it, until its last writer is gone (on Linux that reads as EIO)."""
    with suppress(OSError):
        while part := os.read(terminal, 1 << 16):
            yield part
