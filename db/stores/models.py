"""The registry of models, which of them judges, and what a model in the shadow says."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, Row, bindparam, case, func, insert, literal, select

from db.schema import comments, model_files, model_uses, models, scores, shadow_scores
from db.stores._prepared import Prepared
from db.stores._sql import insert_rows
from db.types import to_milliseconds
from moderation.comment import Status
from moderation.decision import Outcome
from moderation.drift import BINS, ScoredCount
from moderation.model import NOTHING_CHOSEN, Beside, ModelUse, RegisteredModel, ShadowTally
from moderation.ports import ShadowScored
from moderation.score import LABELS

_IN_USE = Prepared(select(model_uses).order_by(model_uses.c.number.desc()).limit(1))
# Bounds passed, counted: rounding and casting are not the same on both databases.
_bin = sum((case((scores.c.toxic >= bound / BINS, 1), else_=0) for bound in range(1, BINS)), literal(0)).label("bin")
_SCORED = Prepared(
    select(comments.c.language, _bin, func.count().label("comments"), func.sum(scores.c.toxic).label("toxic"))
    .join(scores, (scores.c.comment_id == comments.c.id) & (scores.c.revision == comments.c.revision))
    .where(
        comments.c.site_id == bindparam("site_id"),
        comments.c.created_at >= bindparam("start"),
        comments.c.created_at < bindparam("end"),
        comments.c.status != Status.ERASED.value,
    )
    .group_by(comments.c.language, _bin)
)


class ModelStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, model: RegisteredModel, files: Mapping[str, bytes]) -> None:
        self._connection.execute(
            insert(models).values(
                version=model.version,
                checksum=model.checksum,
                size=model.size,
                about=json.dumps(model.about, ensure_ascii=False, sort_keys=True),
                added_by=model.added_by,
                added_at=model.added_at,
            )
        )
        rows = [{"version": model.version, "name": name, "content": content} for name, content in files.items()]
        self._connection.execute(insert(model_files), rows)

    def get(self, version: str) -> RegisteredModel | None:
        row = self._connection.execute(select(models).where(models.c.version == version)).first()
        return _model_of(row) if row else None

    def all(self) -> list[RegisteredModel]:
        query = select(models).order_by(models.c.added_at.desc(), models.c.version)
        return [_model_of(row) for row in self._connection.execute(query)]

    def files(self, version: str) -> dict[str, bytes]:
        query = select(model_files.c.name, model_files.c.content).where(model_files.c.version == version)
        return {row.name: row.content for row in self._connection.execute(query)}

    def in_use(self) -> ModelUse:
        row = _IN_USE.first(self._connection)
        return _use_of(row) if row else NOTHING_CHOSEN

    def uses(self, *, limit: int) -> list[ModelUse]:
        query = select(model_uses).order_by(model_uses.c.number.desc()).limit(limit)
        return [_use_of(row) for row in self._connection.execute(query)]

    def use(self, use: ModelUse) -> None:
        self._connection.execute(
            insert(model_uses).values(
                number=use.number, live=use.live, shadow=use.shadow, used_by=use.by, note=use.note, used_at=use.at
            )
        )

    def add_shadow_scores(self, site_id: int, rows: Sequence[ShadowScored], *, at: datetime) -> None:
        scored_at = to_milliseconds(at)
        insert_rows(
            self._connection,
            shadow_scores,
            (
                *("model", "comment_id", "revision", "site_id", *LABELS, "reject"),
                *("live_outcome", "shadow_outcome", "scored_at"),
            ),
            [
                (
                    *(row.scores.model, row.comment_id, row.revision, site_id, *row.scores.values(), row.scores.reject),
                    *(str(row.live), str(row.shadow), scored_at),
                )
                for row in rows
            ],
        )

    def shadow_tally(self, version: str, *, site_id: int | None) -> ShadowTally:
        outcomes = (shadow_scores.c.live_outcome, shadow_scores.c.shadow_outcome)
        query = (
            select(*outcomes, func.count().label("comments"), func.min(shadow_scores.c.scored_at).label("since"))
            .where(shadow_scores.c.model == version)
            .group_by(*outcomes)
            .order_by(*outcomes)
        )
        if site_id is not None:
            query = query.where(shadow_scores.c.site_id == site_id)
        rows = self._connection.execute(query).all()
        return ShadowTally(
            comments=sum(row.comments for row in rows),
            since=min((row.since for row in rows), default=None),
            outcomes=tuple(
                Beside(live=Outcome(row.live_outcome), shadow=Outcome(row.shadow_outcome), comments=row.comments)
                for row in rows
            ),
        )

    def scored(self, site_id: int, bounds: Sequence[datetime]) -> list[ScoredCount]:
        return [
            ScoredCount(week=number, language=row.language, bin=row.bin, comments=row.comments, toxic=row.toxic)
            for number, (start, end) in enumerate(pairwise(bounds))
            for row in _SCORED.all(self._connection, site_id=site_id, start=start, end=end)
        ]


def _model_of(row: Row[Any]) -> RegisteredModel:
    return RegisteredModel(
        version=row.version,
        checksum=row.checksum,
        size=row.size,
        about=json.loads(row.about),
        added_by=row.added_by,
        added_at=row.added_at,
    )


def _use_of(row: Any) -> ModelUse:
    return ModelUse(number=row.number, live=row.live, shadow=row.shadow, by=row.used_by, note=row.note, at=row.used_at)
