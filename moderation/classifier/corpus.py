"""Labelled comments as files: one gzip of JSON lines a set, with `text`, `label` and `classes`."""

import gzip
import hashlib
import html
import json
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from moderation.classifier.errors import (
    CorpusColumns,
    CorpusEmpty,
    CorpusMissing,
    CorpusOneClass,
    CorpusUnreadable,
)
from moderation.classifier.sources import Group, Source, source_of
from moderation.score import LABELS, Label

SUFFIX: Final = ".jsonl.gz"
UNKNOWN: Final = -1

# Publishers put these words where a name, a link or a line break was; the desk gets the real thing.
_STAND_INS: Final = (
    (re.compile(r"<user>|@USER\b", re.IGNORECASE), "@user"),
    (re.compile(r"<url>|\bURL\b", re.IGNORECASE), "http://link"),
    (re.compile(r"<LF>"), "\n"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """Rows of all sets: `sets` holds each row's place in `sources`, `answers` (rows x 6) 1, 0 or `UNKNOWN`.

    `checksums` are the SHA-256 of the files, one a source.
    """

    texts: tuple[str, ...]
    sources: tuple[Source, ...]
    checksums: tuple[str, ...]
    sets: NDArray[np.int16]
    answers: NDArray[np.int8]

    def rows_of(self, source: Source) -> NDArray[np.bool_]:
        return np.asarray(self.sets == self.sources.index(source))


def read(folder: Path, group: Group, progress: Callable[[str, int, int], None]) -> Corpus:
    """Every set of the group in `folder`, in alphabetical order; `CorpusError` when there is nothing to learn."""
    paths = sorted(folder.glob(f"*{SUFFIX}"))
    if not paths:
        raise CorpusMissing(folder=folder.name)
    texts: list[str] = []
    sources: list[Source] = []
    checksums: list[str] = []
    sets: list[int] = []
    answers: list[list[int]] = []
    for number, path in enumerate(paths):
        progress("reading", number, len(paths))
        rows = list(_rows(path))
        seen = frozenset(Label(label) for row in rows for label in row["classes"])
        source = source_of(path.name.removesuffix(SUFFIX), seen=seen)
        if not rows or (group is Group.OPEN and not source.permissive):
            continue
        texts += [_as_received(row["text"]) for row in rows]
        answers += [_answers(row, source) for row in rows]
        sets += [len(sources)] * len(rows)
        sources.append(source)
        checksums.append(hashlib.sha256(path.read_bytes()).hexdigest())
    progress("reading", len(paths), len(paths))
    corpus = Corpus(
        texts=tuple(texts),
        sources=tuple(sources),
        checksums=tuple(checksums),
        sets=np.array(sets, np.int16),
        answers=np.array(answers, np.int8).reshape(-1, len(LABELS)),
    )
    _require_both_answers(corpus)
    return corpus


def _require_both_answers(corpus: Corpus) -> None:
    toxic = corpus.answers[:, LABELS.index(Label.TOXIC)]
    if not (toxic != UNKNOWN).any():
        raise CorpusEmpty(rows=len(corpus.texts))
    if not ((toxic == 1).any() and (toxic == 0).any()):
        raise CorpusOneClass(label=Label.TOXIC.value)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    line = 0
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line, content in enumerate(lines, start=1):
                yield _checked(_parsed(content, path.name, line), path.name, line)
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise CorpusUnreadable(file=path.name, line=line + 1) from error


def _parsed(content: str, file: str, line: int) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise CorpusUnreadable(file=file, line=line) from error


def _checked(row: Any, file: str, line: int) -> dict[str, Any]:
    if not isinstance(row, dict):
        raise CorpusColumns(file=file, line=line, column="text")
    classes = row.get("classes")
    for column, holds in (
        ("text", isinstance(row.get("text"), str)),
        ("label", "label" in row and row["label"] in (0, 1, None)),
        ("classes", isinstance(classes, list) and all(label in LABELS for label in classes)),
    ):
        if not holds:
            raise CorpusColumns(file=file, line=line, column=column)
    return row


def _answers(row: dict[str, Any], source: Source) -> list[int]:
    return [_answer(row, label) if label in source.judged else UNKNOWN for label in LABELS]


def _answer(row: dict[str, Any], label: Label) -> int:
    if label in row["classes"]:
        return 1
    if label is Label.TOXIC:
        return UNKNOWN if row["label"] is None else int(row["label"])
    return 0


def _as_received(text: str) -> str:
    text = html.unescape(text)
    for stand_in, original in _STAND_INS:
        text = stand_in.sub(original, text)
    return text
