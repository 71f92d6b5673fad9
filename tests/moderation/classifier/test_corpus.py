"""Labelled comments as files: what counts as an answer, and what is refused."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

from moderation.classifier.corpus import UNKNOWN, read
from moderation.classifier.errors import (
    CorpusColumns,
    CorpusEmpty,
    CorpusError,
    CorpusMissing,
    CorpusOneClass,
    CorpusUnreadable,
)
from moderation.classifier.sources import SOURCES, Group, source_of
from moderation.score import LABELS, Label
from tests.moderation.classifier.conftest import row, silent, write_set

BOTH = [row("غبي", 1, "toxic"), row("شكرا", 0)]


def answers(folder: Path, name: str) -> list[dict[str, int]]:
    corpus = read(folder, Group.FULL, silent)
    rows = corpus.answers[corpus.rows_of(next(source for source in corpus.sources if source.name == name))]
    return [dict(zip([label.value for label in LABELS], one.tolist(), strict=True)) for one in rows]


def test_a_class_counts_as_no_only_where_it_was_judged(tmp_path: Path) -> None:
    write_set(tmp_path, "sohateful", [*BOTH, row("اربح", 0, "spam"), row("؟", None, "hate")])
    write_set(tmp_path, "youtube_spam", [row("win", None, "spam"), row("hi", None)])
    everything = {"toxic", "hate", "threat", "obscene", "spam"}
    rude, civil, spam, unjudged = answers(tmp_path, "sohateful")
    assert rude == {"insult": UNKNOWN} | dict.fromkeys(everything, 0) | {"toxic": 1}
    assert civil == {"insult": UNKNOWN} | dict.fromkeys(everything, 0)
    assert spam == {"insult": UNKNOWN} | dict.fromkeys(everything, 0) | {"spam": 1}
    assert unjudged == {"insult": UNKNOWN} | dict.fromkeys(everything, 0) | {"toxic": UNKNOWN, "hate": 1}
    assert answers(tmp_path, "youtube_spam")[1] == dict.fromkeys(map(str, LABELS), UNKNOWN) | {"spam": 0}


def test_a_class_that_the_table_does_not_name_is_no_answer(tmp_path: Path) -> None:
    write_set(tmp_path, "olid", [row("bad", 1, "toxic", "obscene"), row("good", 0)])
    assert [one["obscene"] for one in answers(tmp_path, "olid")] == [UNKNOWN, UNKNOWN]


def test_a_set_of_ones_own_judged_what_it_marks(tmp_path: Path) -> None:
    write_set(tmp_path, "our-desk", [*BOTH, row("اربح", 0, "spam")])
    assert [(one["toxic"], one["spam"], one["hate"]) for one in answers(tmp_path, "our-desk")] == [
        (1, 0, UNKNOWN),
        (0, 0, UNKNOWN),
        (0, 1, UNKNOWN),
    ]


def test_the_open_group_holds_only_permissive_sets(tmp_path: Path) -> None:
    for name in ("mpold", "omcd", "davidson", "our-desk"):
        write_set(tmp_path, name, BOTH)
    assert [source.name for source in read(tmp_path, Group.OPEN, silent).sources] == ["davidson", "mpold"]
    assert len(read(tmp_path, Group.FULL, silent).sources) == 4


def test_an_empty_set_is_passed_over(tmp_path: Path) -> None:
    write_set(tmp_path, "mpold", BOTH)
    write_set(tmp_path, "omcd", [])
    assert [source.name for source in read(tmp_path, Group.FULL, silent).sources] == ["mpold"]


@pytest.mark.parametrize(
    ("published", "received"),
    [
        ("<user> انظر <url>", "@user انظر http://link"),
        ("@USER see URL now", "@user see http://link now"),
        ("a<LF>b &amp; c&#8230;", "a\nb & c…"),
        ("curl @users", "curl @users"),
    ],
)
def test_stand_ins_become_what_a_desk_receives(tmp_path: Path, published: str, received: str) -> None:
    write_set(tmp_path, "mpold", [row(published, 1, "toxic"), row("شكرا", 0)])
    assert read(tmp_path, Group.FULL, silent).texts[0] == received


def test_progress_counts_the_files(tmp_path: Path) -> None:
    heard: list[tuple[str, int, int]] = []
    for name in ("mpold", "omcd"):
        write_set(tmp_path, name, BOTH)
    read(tmp_path, Group.FULL, lambda *step: heard.append(step))
    assert heard == [("reading", 0, 2), ("reading", 1, 2), ("reading", 2, 2)]


def test_no_folder_and_no_set_are_missing(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(CorpusMissing) as refused:
            read(folder, Group.FULL, silent)
        assert refused.value.fields == {"folder": folder.name}


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        ([], CorpusEmpty),
        ([row("اربح", None, "spam")], CorpusEmpty),
        ([row("شكرا", 0), row("سلام", 0)], CorpusOneClass),
        ([row("غبي", 1, "toxic")], CorpusOneClass),
    ],
)
def test_nothing_to_tell_apart_is_refused(tmp_path: Path, rows: list[Any], error: type[CorpusError]) -> None:
    write_set(tmp_path, "sohateful", rows)
    with pytest.raises(error):
        read(tmp_path, Group.FULL, silent)


@pytest.mark.parametrize(
    ("bad", "column"),
    [
        ({"label": 1, "classes": []}, "text"),
        ({"text": 5, "label": 1, "classes": []}, "text"),
        ({"text": "x", "classes": []}, "label"),
        ({"text": "x", "label": "1", "classes": []}, "label"),
        ({"text": "x", "label": 2, "classes": []}, "label"),
        ({"text": "x", "label": [1], "classes": []}, "label"),
        ({"text": "x", "label": 1}, "classes"),
        ({"text": "x", "label": 1, "classes": "toxic"}, "classes"),
        ({"text": "x", "label": 1, "classes": ["rude"]}, "classes"),
        ({"text": "x", "label": 1, "classes": [["toxic"]]}, "classes"),
        (["x", 1], "text"),
    ],
)
def test_a_wrong_column_is_named_with_its_line(tmp_path: Path, bad: Any, column: str) -> None:
    write_set(tmp_path, "mpold", [*BOTH, bad])
    with pytest.raises(CorpusColumns) as refused:
        read(tmp_path, Group.FULL, silent)
    assert refused.value.fields == {"file": "mpold.jsonl.gz", "line": 3, "column": column}


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"not gzip", 1),
        (gzip.compress(b'{"text": "x", "label": 1, "classes": []}\nnot json\n', mtime=0), 2),
        (gzip.compress(b"\xff\xfe", mtime=0), 1),
        (gzip.compress(b'{"text": "x", "label": 1, "classes": []}\n' * 9_000, mtime=0)[:-20], None),
    ],
    ids=["not-gzip", "not-json", "not-utf8", "truncated"],
)
def test_a_damaged_file_is_named(tmp_path: Path, content: bytes, line: int | None) -> None:
    (tmp_path / "mpold.jsonl.gz").write_bytes(content)
    with pytest.raises(CorpusUnreadable) as refused:
        read(tmp_path, Group.FULL, silent)
    assert refused.value.fields["file"] == "mpold.jsonl.gz"
    assert line is None or refused.value.fields["line"] == line


def test_every_source_says_what_was_judged_and_on_what_terms() -> None:
    assert len({source.name for source in SOURCES}) == len(SOURCES)
    for source in SOURCES:
        assert source.judged
        assert source.licence
        assert "/" in source.origin
        assert not (source.permissive and source.licence.startswith("none stated"))
        assert source_of(source.name, seen=frozenset(Label)) is source
