"""`taliq score`: ask a model about lines of text."""

from __future__ import annotations

import gzip
import json
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import BufferedIOBase
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from dashboard.cli.bars import bar
from dashboard.cli.troubles import FAILED, WRONG_INPUT, Trouble
from dashboard.cli.words import say
from moderation.errors import ModerationError

if TYPE_CHECKING:
    from moderation.score import Scorer

LONGEST_LINE = 16 << 20
"""Bytes of a line that is read; a longer one is refused without being kept in memory."""

_CHUNK = 1 << 19


@click.command("score", help=say("cli.help.score"))
@click.argument("file", type=click.Path(allow_dash=True, path_type=Path))
@click.option("--model", type=click.Path(path_type=Path), metavar="DIR", help=say("classifier.option.model"))
def score(*, file: Path, model: Path | None) -> None:
    from dashboard import settings as deployment
    from moderation.classifier import Classifier

    with explained():
        scorer = Classifier.load(model or deployment.from_environment().model)
    with ExitStack() as closing:
        reading, size = _opened(file, closing)
        advance = closing.enter_context(bar(say("classifier.score.bar", file=file.name))) if size else _unseen
        try:
            scored, refused = _answer(scorer, reading, told=lambda read: advance(read, size))
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise Trouble(say("classifier.error.gzip", file=file.name), WRONG_INPUT) from error
    if refused:
        click.echo(say("classifier.score.tally", scored=scored, refused=refused), err=True)


def _unseen(done: int, total: int) -> None:
    """The progress of what has no known end."""


def _opened(file: Path, closing: ExitStack) -> tuple[BufferedIOBase, int]:
    """The file's bytes and their number, 0 where it is not known."""
    if str(file) == "-":
        return sys.stdin.buffer, 0  # type: ignore[return-value]
    if file.suffix == ".gz":
        return closing.enter_context(gzip.open(file)), 0
    return closing.enter_context(file.open("rb")), file.stat().st_size


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One line of input: what to score, or why it cannot be (`error`)."""

    number: int
    id: Any = None
    text: str = ""
    error: str | None = None


def _answer(scorer: Scorer, reading: BufferedIOBase, *, told: Callable[[int], None]) -> tuple[int, int]:
    """Write one line for each that is read, in order; how many were scored and how many refused."""
    out = sys.stdout.buffer
    scored = refused = 0
    for lines, position in _batches(reading):
        good = [line for line in lines if line.error is None]
        answers = iter(scorer.score([line.text for line in good]))
        for line in lines:
            said = _refusal(line) if line.error else {"id": line.id} | _scores(next(answers))
            out.write(json.dumps(said).encode() + b"\n")
        out.flush()
        scored += len(good)
        refused += len(lines) - len(good)
        told(position)
    return scored, refused


def _scores(scores: Any) -> dict[str, Any]:
    from moderation.score import LABELS

    return {
        "scores": {label.value: scores.of(label) for label in LABELS},
        "reject": scores.reject,
        "model": scores.model,
    }


def _refusal(line: _Line) -> dict[str, Any]:
    return {"id": line.id, "error": line.error, "line": line.number}


def _batches(reading: BufferedIOBase) -> Iterator[tuple[list[_Line], int]]:
    """The lines that each read brings, and the bytes read by then.

    A read returns what is there: much of a file, one line of a program that waits for its answer.
    """
    rest: list[bytes] = []
    kept = position = number = 0
    while chunk := reading.read1(_CHUNK):
        position += len(chunk)
        first, *others = chunk.split(b"\n")
        if kept <= LONGEST_LINE:
            rest.append(first)
        kept += len(first)
        if not others:
            continue
        *whole, last = others
        lines = [b"".join(rest) if kept <= LONGEST_LINE else None, *whole]
        yield _numbered(lines, number), position
        number += len(lines)
        rest, kept = [last], len(last)
    if kept:
        yield _numbered([b"".join(rest) if kept <= LONGEST_LINE else None], number), position


def _numbered(lines: Iterable[bytes | None], before: int) -> list[_Line]:
    """The lines that hold something; `before` lines went ahead of them."""
    numbered = enumerate(lines, start=before + 1)
    return [_read(content, number) for number, content in numbered if content is None or content.strip()]


def _read(content: bytes | None, number: int) -> _Line:
    if content is None or len(content) > LONGEST_LINE:
        return _Line(number=number, error="line_too_long")
    try:
        text = content.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError:
        return _Line(number=number, error="not_utf8")
    try:
        row = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return _Line(number=number, error="not_json")
    return _of_row(row, number)


def _refuse_constant(name: str) -> NoReturn:
    """NaN and the infinities are Python's, not JSON's."""
    raise ValueError(name)


def _of_row(row: Any, number: int) -> _Line:
    if not isinstance(row, dict):
        return _Line(number=number, error="not_an_object")
    # An identifier is a string or a number; anything else could not be told apart by whoever reads the answers.
    own = row.get("id")
    if not isinstance(own, str | int | float | None) or isinstance(own, bool):
        return _Line(number=number, error="wrong_id")
    if "text" not in row:
        return _Line(number=number, id=own, error="no_text")
    if not isinstance(row["text"], str):
        return _Line(number=number, id=own, error="wrong_text")
    return _Line(number=number, id=own, text=row["text"])


@contextmanager
def explained() -> Iterator[None]:
    """The classifier's errors name the file and the line that they are about."""
    try:
        yield
    except ModerationError as error:
        key = _detail(error)
        if key is None:
            raise
        told = say(key, sentence=say(f"errors.{error.code}"), **error.fields)
        raise Trouble(told, FAILED) from error


def _detail(error: ModerationError) -> str | None:
    if error.code.startswith("model_"):
        return "classifier.error.model"
    if error.code == "corpus_columns":
        return "classifier.error.column"
    return "classifier.error.file" if error.code == "corpus_unreadable" else None
