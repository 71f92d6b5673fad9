"""The model that judges in this process, kept in step with what the registry says, and the one in its shadow."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from time import monotonic
from typing import Any

from moderation.errors import ModerationError, Unavailable
from moderation.model import NOTHING_CHOSEN, RENEWED_EVERY, ModelUse
from moderation.ports import Begin
from moderation.score import Explanation, Label, Scorer, Scores

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bench:
    use: ModelUse
    live: Scorer
    shadow: Scorer | None


class Judges:
    """A `Scorer` for any number of threads: loaded when first asked, renewed when the registry names another model.

    `own` gives the model that judges while nobody has chosen one. A chosen model that cannot be loaded leaves the one
    that judged before in its place, with a line in the log: comments are judged by an older model sooner than by none.
    """

    def __init__(self, own: Callable[[], Scorer], read: Begin) -> None:
        self._own, self._read = cache(own), read
        self._lock = threading.Lock()
        self._bench: _Bench | None = None
        self._asked = 0.0

    @property
    def version(self) -> str:
        return self._now().live.version

    def score(self, texts: Sequence[str]) -> list[Scores]:
        return self._now().live.score(texts)

    def about(self) -> Mapping[str, Any]:
        return self._now().live.about()

    def explain(self, text: str, label: Label) -> Explanation:
        return self._now().live.explain(text, label)

    def shadow(self) -> Scorer | None:
        return self._now().shadow

    def warm(self) -> None:
        """Load and compile now, so that the first comment does not wait for it."""
        bench = self._now()
        for scorer in (bench.live, bench.shadow):
            if scorer is not None:
                scorer.score(["تعليق"])
                scorer.explain("تعليق", Label.TOXIC)

    def is_chosen(self) -> bool:
        """Whether the registry names a model, for who would go on with its own; True also where it cannot be asked."""
        use = self._in_use()
        return use is None or use.live is not None or use.shadow is not None

    def renew(self) -> None:
        """Ask the registry now, and load what it names."""
        with self._lock:
            self._load()

    def _now(self) -> _Bench:
        bench = self._bench
        if bench is None:
            with self._lock:
                return self._bench or self._load()
        if monotonic() - self._asked > RENEWED_EVERY and self._lock.acquire(blocking=False):
            # The others go on with the model they have while one asks.
            try:
                return self._load()
            finally:
                self._lock.release()
        return bench

    def _load(self) -> _Bench:
        self._asked = monotonic()
        before = self._bench
        use = self._in_use() or (before.use if before else NOTHING_CHOSEN)
        if before is None or use != before.use:
            live = self._model(use.live, before) or (before.live if before else self._own())
            shadow = None if use.shadow is None else self._model(use.shadow, before)
            self._bench = before = _Bench(use=use, live=live, shadow=shadow)
        return before

    def _in_use(self) -> ModelUse | None:
        """None where the registry cannot be asked."""
        try:
            with self._read() as uow:
                return uow.models.in_use()
        except Unavailable:
            return None

    def _model(self, version: str | None, before: _Bench | None) -> Scorer | None:
        """None where a version cannot be loaded."""
        if version is None:
            return self._own()
        kept = [one for one in (before.live, before.shadow) if one is not None] if before else []
        for one in kept:
            if one.version == version:
                return one
        # NumPy takes its time: commands that judge nothing do not wait for it.
        from moderation.classifier import packing

        try:
            with self._read() as uow:
                files = uow.models.files(version)
            return packing.unpacked(files)
        except ModerationError as error:
            _log.error("model %s cannot be used (%s); the one before it goes on", version, error.code)
            return None
