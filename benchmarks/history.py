"""Years of a newsroom in minutes: `python -m benchmarks.history sqlite:///PATH [--size 10000000] [--queued 5000]`

Comments come in bursts: articles appear by day more than by night, a few draw thousands of comments and most draw few,
and half of an article's comments come within six hours. The texts are the corpus's. The policy published most, held
some, rejected some; moderators decided on what was held, and now and then took down what was published. Every row is
one that the use cases could have written, but for three things: decisions stand at negative positions and have no
events, so that the log holds only what is done afterwards; without `--searchable` comments are not found by words,
which spares half of the disk; and all commenters' names are made up of one word and a number.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Index, Table, func, insert, select
from sqlalchemy.schema import CreateIndex, DropIndex

from benchmarks import corpus, newsroom
from benchmarks.newsroom import Newsroom
from db import schema
from db.stores import _findable, _records
from db.stores._sql import insert_rows
from moderation.score import CIVIL_UNDER, LABELS
from moderation.service.judging import fold_of
from moderation.shift import HARSH
from moderation.text.asking import asks
from moderation.text.language import detect
from moderation.text.normalise import folded

_Ints = NDArray[np.int64]
YEARS = 3
_YEAR_MS = 365 * 86_400_000
_HOUR_MS = 3_600_000
_CHUNK = 50_000
_POOL = 4_000
_ARTICLE_MEAN = 400
_MODERATORS = 12
# An id is a moment in milliseconds, shifted; below it there is room for kinds and for numbers of one moment.
_SHIFT = 22
_EPOCH = 1_704_067_200_000
_DECISION, _VERDICT, _FLAG = 1 << 20, 2 << 20, 3 << 20
_DROPPED = (schema.comments, schema.decisions, schema.flags, schema.queue)
_APPROVE, _HOLD, _REJECT = "approve", "hold", "reject"
_REASONS = ("offensive", "abusive", "hate_speech", "spam", "off_topic", "obscene abusive")


@dataclass(frozen=True, slots=True)
class Text:
    body: str
    folded: str
    fold: int
    language: str
    asks: int
    rude: bool


@dataclass(slots=True)
class _Rows:
    """One chunk's rows by table."""

    comments: list[tuple[Any, ...]] = field(default_factory=list)
    texts: list[tuple[Any, ...]] = field(default_factory=list)
    scores: list[tuple[Any, ...]] = field(default_factory=list)
    decisions: list[tuple[Any, ...]] = field(default_factory=list)
    flags: list[tuple[Any, ...]] = field(default_factory=list)
    queue: list[tuple[Any, ...]] = field(default_factory=list)


def write(place: Newsroom, size: int, *, queued: int = 0, years: float = YEARS, searchable: bool = False) -> None:
    """`size` comments that end now, of which the newest `queued` of those that were held still wait."""
    story = _Story(place, size, queued=queued, years=years, searchable=searchable)
    engine = place.plant.engine
    indices = [index for table in _DROPPED for index in sorted(table.indexes, key=lambda one: str(one.name))]
    with engine.begin() as connection:
        for index in indices:
            connection.execute(DropIndex(index))
    story.open()
    for start in range(0, size, _CHUNK):
        rows = story.chunk(start, min(start + _CHUNK, size))
        with engine.begin() as connection:
            for table, columns, some in story.tables(rows):
                insert_rows(connection, table, columns, some)
        _told(start + _CHUNK, size)
    _index(place, indices)
    with engine.begin() as connection:
        _findable.rebuild(connection)
        _records.recount(connection)
    settle(place)


def _index(place: Newsroom, indices: Sequence[Index]) -> None:
    for index in indices:
        with place.plant.engine.begin() as connection:
            connection.execute(CreateIndex(index))


def settle(place: Newsroom) -> None:
    """Statistics for both databases' planners, and the log of writes moved home."""
    engine = place.plant.engine
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
        return
    raw = engine.raw_connection()
    raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()


def _told(done: int, size: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{min(done, size):,} of {size:,} comments")
        sys.stderr.flush()


class _Story:
    """All draws that concern the whole history are made at once; a chunk only looks them up."""

    def __init__(self, place: Newsroom, size: int, *, queued: int, years: float, searchable: bool) -> None:
        self._place, self._size, self._searchable = place, size, searchable
        self._site_id = place.site.id
        self._rng = np.random.default_rng(7)
        self._now = int(datetime.now(UTC).timestamp() * 1_000)
        self._began = self._now - int(years * _YEAR_MS)
        self._texts = _pool()
        self._model = f"{place.plant.desk.scorer.version}"
        self._articles = max(size // _ARTICLE_MEAN, 1)
        self._commenters = max(size // 20, 1)
        self._published = self._when_published()
        self._at, self._article = self._when_written()
        self._parent = self._parents()
        drawn = self._rng.random
        self._text = self._rng.integers(0, len(self._texts), size)
        # A few write much and most write once.
        self._commenter = (self._commenters * drawn(size) ** 4).astype(np.int64)
        self._draw, self._second = drawn(size), drawn(size)
        rude = np.array([text.rude for text in self._texts])[self._text]
        self._toxic = np.where(rude, 0.55 + 0.44 * drawn(size), 0.45 * drawn(size) ** 2).round(4)
        self._held = np.where(rude, self._draw < 0.6, self._draw < 0.03)
        self._rejected = rude & (self._draw >= 0.6) & (self._draw < 0.85)
        held = np.flatnonzero(self._held)
        self._waits = set(held[len(held) - queued :].tolist()) if queued else set()
        self._position = -3 * size

    def _when_published(self) -> _Ints:
        """More by day than by night: of three draws the one nearest to noon."""
        spread = self._rng.integers(self._began, self._now, (self._articles, 3))
        hours = spread // _HOUR_MS % 24
        nearest = np.abs(hours - 12).argmin(axis=1)
        return np.sort(spread[np.arange(self._articles), nearest])

    def _when_written(self) -> tuple[_Ints, _Ints]:
        """Moments in order of time, and the article of each."""
        weights = self._rng.pareto(1.2, self._articles) + 0.2
        weights = np.minimum(weights, 60)
        article = self._rng.choice(self._articles, self._size, p=weights / weights.sum())
        delay = self._rng.exponential(_HOUR_MS * 6 / np.log(2), self._size).astype(np.int64)
        at = np.minimum(self._published[article] + delay, self._now - 1_000)
        order = np.argsort(at, kind="stable")
        return at[order], article[order]

    def _parents(self) -> _Ints:
        """The number of the comment that each answers, of the same article and not long before; -1 is none."""
        order = np.argsort(self._article, kind="stable")
        first = np.searchsorted(self._article[order], self._article[order], side="left")
        rank = np.arange(self._size) - first
        back = self._rng.integers(1, 13, self._size)
        answers = (self._rng.random(self._size) < 0.2) & (rank >= back)
        parent = np.full(self._size, -1, dtype=np.int64)
        places = np.flatnonzero(answers)
        parent[order[places]] = order[places - back[places]]
        return parent

    def open(self) -> None:
        """Sections, articles, commenters and moderators."""
        made = self._began - _HOUR_MS
        base = _id_at(made)
        self._section_ids = [base + number for number in range(len(corpus.SECTIONS))]
        self._article_ids = [base + (1 << 10) + number for number in range(self._articles)]
        self._commenter_ids = [base + (1 << 24) + number for number in range(self._commenters)]
        self._staff = self._moderators(base + (1 << 26))
        site = self._site_id
        with self._place.plant.engine.begin() as connection:
            known = {row.name: row.id for row in connection.execute(select(schema.sections))}
            named = zip(self._section_ids, corpus.SECTIONS, strict=True)
            new = [(id_, site, name) for id_, name in named if name not in known]
            insert_rows(connection, schema.sections, ("id", "site_id", "name"), new)
            known |= {name: id_ for id_, _, name in new}
            self._section_ids = [known[name] for name in corpus.SECTIONS]
            insert_rows(
                connection,
                schema.articles,
                ("id", "site_id", "external_id", "title", "url", "section_id", "published_at", "created_at"),
                [
                    (id_, site, f"h-a-{n}", f"مقال رقم {n}", "", self._section(n), at, at)
                    for n, (id_, at) in enumerate(zip(self._article_ids, self._published.tolist(), strict=True))
                ],
            )
            insert_rows(
                connection,
                schema.commenters,
                ("id", "site_id", "external_id", "name", "folded", "first_seen_at"),
                [(id_, site, f"h-u-{n}", f"قارئ {n}", f"قارء {n}", made) for n, id_ in enumerate(self._commenter_ids)],
            )

    def _section(self, article: int) -> int:
        return self._section_ids[article % len(self._section_ids)]

    def _moderators(self, base: int) -> list[tuple[int, str]]:
        rows = [
            {
                "id": base + number,
                "name": f"history-{number}",
                "display_name": f"محرر {number}",
                "role": "moderator",
                "language": "ar",
                "password": None,
                "blurs": False,
                "active": False,
                "created_at": datetime.fromtimestamp(self._began / 1_000, UTC),
            }
            for number in range(_MODERATORS)
        ]
        with self._place.plant.engine.begin() as connection:
            connection.execute(insert(schema.staff), rows)
        return [(base + number, f"moderator:history-{number}") for number in range(_MODERATORS)]

    def chunk(self, start: int, end: int) -> _Rows:
        rows = _Rows()
        columns = (
            self._at, self._article, self._parent, self._text, self._commenter, self._toxic, self._held,
            self._rejected, self._draw, self._second,
        )  # fmt: skip
        for number, drawn in zip(
            range(start, end), zip(*(column[start:end].tolist() for column in columns), strict=True), strict=True
        ):
            self._add(rows, number, drawn)
        return rows

    def _id(self, number: int) -> int:
        return _id_at(int(self._at[number])) + number % _DECISION

    def _add(self, rows: _Rows, number: int, drawn: tuple[Any, ...]) -> None:
        at, article, parent, text_number, commenter, toxic, held, rejected, draw, second = drawn
        text = self._texts[text_number]
        comment_id = _id_at(at) + number % _DECISION
        said = _HOLD if held else _REJECT if rejected else _APPROVE
        first = {_HOLD: "pending", _REJECT: "rejected", _APPROVE: "published"}[said]
        # A reader's report brings some of what was published before a person.
        reported = said == _APPROVE and second < 0.01
        waiting = held and number in self._waits
        by_person = (held and not waiting) or reported
        # A person rejects more of what is rude.
        turned = by_person and draw * 7919 % 1.0 < (0.7 if text.rude else 0.25)
        status = ("rejected" if turned else "approved") if by_person else first
        reason = _REASONS[text_number % len(_REASONS)]
        site, body = self._site_id, f"{text.body} {number}"
        rows.comments.append(
            (
                comment_id, site, self._article_ids[article], self._section(article), self._commenter_ids[commenter],
                f"h-{number}", self._id(parent) if parent >= 0 else None, f"h-{parent}" if parent >= 0 else None, body,
                b"0123456789abcdef", text.fold, text.language, status, 2 if by_person else 1, 1, toxic < CIVIL_UNDER,
                not by_person, text.asks, at, at,
            )
        )  # fmt: skip
        if self._searchable:
            rows.texts.append((comment_id, f"{text.folded} {number}"))
        other = round(toxic * 0.8, 4)
        rows.scores.append((comment_id, 1, site, self._model, toxic, other, 0.01, 0.01, 0.01, 0.01, toxic))
        rows.decisions.append(self._decision(number, at, said, first, reason))
        if reported:
            source = f"h-u-{int(second * 1e6) % max(self._commenters // 10, 1)}"
            rows.flags.append(
                (
                    _numbered(at, number, _FLAG), site, comment_id, self._article_ids[article], "reported",
                    reason.split()[0], source, "", at,
                )
            )  # fmt: skip
        if by_person:
            rows.decisions.append(self._verdict(number, at, first, turned, reason, second, harsh=toxic >= HARSH))
        if waiting:
            rows.queue.append(self._entry(comment_id, article, text, toxic, at))

    def _decision(self, number: int, at: int, said: str, status: str, reason: str) -> tuple[Any, ...]:
        self._position += 1
        cause = "civil" if said == _APPROVE else "score"
        return (
            _numbered(at, number, _DECISION), self._site_id, _id_at(at) + number % _DECISION, 0, said, cause,
            "" if said == _APPROVE else reason, "{}", "policy:1", None, "", "", said == _HOLD, '{"policy":1}', None,
            status, None, None, None, self._position, at, None,
        )  # fmt: skip

    def _verdict(
        self, number: int, at: int, before: str, turned: bool, reason: str, draw: float, *, harsh: bool
    ) -> tuple[Any, ...]:
        self._position += 1
        staff_id, actor = self._staff[number % len(self._staff)]
        # From half a minute to most of a day, ten minutes in the middle.
        waited = int(min(600_000 * np.exp(1.2 * _normal(draw)), 80_000_000))
        decided = min(at + waited, self._now)
        return (
            _numbered(decided, number, _VERDICT), self._site_id, _id_at(at) + number % _DECISION, 1,
            _REJECT if turned else _APPROVE, "human", reason if turned else "", "{}", actor, staff_id, "", "", False,
            "", before, "rejected" if turned else "approved", decided - at, None, None, self._position, decided,
            harsh,
        )  # fmt: skip

    def _entry(self, comment_id: int, article: int, text: Text, toxic: float, at: int) -> tuple[Any, ...]:
        return (
            comment_id, self._site_id, self._article_ids[article], self._section(article), text.language, "toxic",
            toxic, toxic, abs(toxic - 0.5), at // 7_200_000 - int(toxic * 100),
            f'[["severity",{int(toxic * 100)}]]', at,
        )  # fmt: skip

    def tables(self, rows: _Rows) -> Iterator[tuple[Table, tuple[str, ...], list[tuple[Any, ...]]]]:
        yield schema.comments, _COMMENTS, rows.comments
        yield schema.search_texts, ("comment_id", "folded"), rows.texts
        yield schema.scores, ("comment_id", "revision", "site_id", "model", *LABELS, "reject"), rows.scores
        yield schema.decisions, _DECISIONS, rows.decisions
        yield schema.flags, _FLAGS, rows.flags
        yield schema.queue, _QUEUE, rows.queue


_COMMENTS = (
    "id", "site_id", "article_id", "section_id", "commenter_id", "external_id", "parent_id", "parent_external_id",
    "body", "salt", "fold", "language", "status", "version", "revision", "civil", "decided_by_machine", "asks",
    "created_at", "received_at",
)  # fmt: skip
_DECISIONS = (
    "id", "site_id", "comment_id", "comment_version", "outcome", "causes", "reasons", "detail", "actor", "staff_id",
    "note", "message", "review", "inputs", "status_before", "status_after", "waited_ms", "undoes", "batch_id",
    "position", "decided_at", "harsh",
)  # fmt: skip
_FLAGS = ("id", "site_id", "comment_id", "article_id", "kind", "reason", "source", "note", "created_at")
_QUEUE = (
    "comment_id", "site_id", "article_id", "section_id", "language", "top_label", "top_score", "reject", "doubt",
    "rank", "factors", "entered_at",
)  # fmt: skip


def _numbered(at: int, number: int, kind: int) -> int:
    return _id_at(at) + kind + number % _DECISION


def _id_at(moment: int) -> int:
    return moment - _EPOCH << _SHIFT


def _normal(draw: float) -> float:
    """Nearly normal, of one even draw."""
    folds = [(draw * prime) % 1.0 for prime in (7919, 104_729, 1_299_709)]
    return 2 * sum(folds) - 3


def _pool() -> list[Text]:
    rng = random.Random(7)
    said = ("هل ستنشرون الأرقام كاملة؟", "خطأ في العنوان، أرجو التصحيح", "كنت هناك ورأيت ما حدث، لدي صور")
    made = []
    for number in range(_POOL):
        body = corpus.body(rng)
        if number % 50 == 0:
            body = f"{said[number // 50 % len(said)]} {body}"
        plain = folded(body)
        rude = any(word in body for language in (corpus._ARABIC, corpus._ENGLISH) for word in language["rude"])
        made.append(Text(body, plain, fold_of(body), detect(body), asks(body, plain), rude))
    return made


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("database", help="an empty database's address: sqlite:///PATH or postgresql://…")
    parser.add_argument("--size", type=int, default=10_000_000)
    parser.add_argument("--queued", type=int, default=5_000, help="so many of the newest held ones still wait")
    parser.add_argument("--years", type=float, default=YEARS)
    parser.add_argument("--searchable", action="store_true", help="found by words as well; twice the disk and time")
    given = parser.parse_args(arguments)
    began = time.perf_counter()
    with newsroom.opened(given.database) as place:
        write(place, given.size, queued=given.queued, years=given.years, searchable=given.searchable)
        with place.plant.engine.connect() as connection:
            counted = connection.execute(select(func.count()).select_from(schema.comments)).scalar_one()
    print(f"\n{counted:,} comments in {time.perf_counter() - began:,.0f} s")


if __name__ == "__main__":
    main()
