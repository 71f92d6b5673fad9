"""A loaded model that scores."""

from collections.abc import Mapping, Sequence
from itertools import repeat
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from moderation.classifier import artifact
from moderation.classifier.artifact import Artifact
from moderation.classifier.explanation import Traced, spans_of
from moderation.classifier.features import ScratchPool, batches, most_features
from moderation.classifier.memory import side_by_side
from moderation.classifier.reject import LIMIT, Reject
from moderation.score import LABELS, Explanation, Label, Scores

SHIPPED: Final = Path(__file__).parent / "model"
"""A folder per training group: `full` is all the sets, `open` those under a stated permissive licence."""


def _overall(reject: Reject | None) -> NDArray[np.float64]:
    """As the kernel takes it: slopes, intercept and where logits are cut; all zeros where the model has none."""
    if reject is None:
        return np.zeros(len(LABELS) + 2)
    return np.array([*reject.slopes, reject.intercept, LIMIT])


class Classifier:
    """Judges texts; any number of threads may share one."""

    def __init__(self, model: Artifact) -> None:
        self.version = model.version
        self._bits = model.bits
        self._table = model.folding.table()
        kept, self._rows = side_by_side(model.kept(), model.packed())
        self._idf_step = np.float32(model.idf_step)
        self._steps = np.array(model.steps)
        self._slopes = np.array(model.slopes) * self._steps
        self._intercepts = np.array(model.intercepts)
        frequencies = np.arange(256, dtype=np.float32) * np.float32(model.idf_step)
        self._buckets = model.buckets
        self._model = (kept, self._rows, frequencies, self._slopes, self._intercepts, _overall(model.reject))
        self._scratches = ScratchPool(model.bits)
        self._about: Mapping[str, Any] = {}

    @classmethod
    def load(cls, path: Path | None = None) -> Self:
        """The model in the folder `path`, or the shipped one; `ModelError` when it cannot be used."""
        folder = SHIPPED / "full" if path is None else path
        loaded = cls(artifact.load(folder))
        loaded._about = artifact.about(folder)
        return loaded

    def about(self) -> Mapping[str, Any]:
        """Where the model came from, as its manifest tells; nothing of one that was never saved."""
        return self._about

    def warm(self) -> None:
        """Compile or fetch the compiled kernel now, so that the first comment does not wait for it."""
        self.score(["تعليق"])
        self.explain("تعليق", Label.TOXIC)

    def score(self, texts: Sequence[str]) -> list[Scores]:
        """One `Scores` a text, in order. Of a longer text the first `features.LONGEST` code points are judged."""
        columns = self.probabilities(texts).T.tolist()
        # What `Scores(...)` does, without a call in Python for each: that takes a tenth of the time of judging.
        return list(map(tuple.__new__, repeat(Scores), zip(*columns, repeat(self.version), strict=False)))

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Calibrated probabilities (texts x 7, in the order of `LABELS`, the overall one last), to six decimals."""
        # Numba takes half a second to import; who only loads a model to look at it need not wait.
        from moderation.classifier import kernel

        logits = self.logits(texts)
        kernel.probabilities(logits)
        return logits

    def logits(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Calibrated and not cut (texts x 7, in the order of `LABELS`, the overall one last)."""
        from moderation.classifier import kernel

        logits = np.empty((len(texts), len(LABELS) + 1))
        scratch = self._scratches.take()
        row = 0
        for batch in batches(texts):
            rows = slice(row, row + batch.offsets.size - 1)
            kernel.judge(batch.points, batch.offsets, self._table, self._bits, scratch, self._model, logits[rows])
            row = rows.stop
        self._scratches.give_back(scratch)
        return logits

    def explain(self, text: str, label: Label) -> Explanation:
        """What each word of the original added to the class's logit; tens of times slower than a score."""
        traced, script = self._traced(text, LABELS.index(label))
        intercept = float(self._intercepts[script, LABELS.index(label)])
        spans = spans_of(traced, text)
        logit = intercept + sum(span.contribution for span in spans)
        return Explanation(label=label, logit=logit, intercept=intercept, spans=spans)

    def _traced(self, text: str, column: int) -> tuple[Traced, int]:
        from moderation.classifier import kernel

        (batch,) = batches([text])
        scratch = self._scratches.take()
        origins = np.zeros(scratch[0].size, np.int64)
        buckets, places = np.empty(most_features(batch), np.int32), np.empty((most_features(batch), 2), np.int32)
        size = kernel.read(batch.points, self._table, scratch, origins)
        line = scratch[0][:size].copy()
        self._scratches.give_back(scratch)
        found, script = kernel.features_of(line, size, self._table, self._bits, buckets, places)
        traced = Traced(
            line=line,
            origins=origins[:size],
            places=places[:found],
            contributions=self._contributions(buckets[:found], column) * self._slopes[script, column],
        )
        return traced, script

    def _contributions(self, buckets: NDArray[np.int32], column: int) -> NDArray[np.float64]:
        """What each occurrence of a feature gives: a feature that comes several times shares its value among them."""
        distinct, place, times = np.unique(buckets, return_inverse=True, return_counts=True)
        place_of = np.searchsorted(self._buckets, distinct)
        is_kept = (
            self._buckets[np.minimum(place_of, self._buckets.size - 1)] == distinct if self._buckets.size else False
        )
        row = self._rows[np.where(is_kept, place_of + 1, 0)].view(np.int8).reshape(-1, 8).astype(np.float64)
        values = (row[:, len(LABELS)] + 128) * float(self._idf_step) * (1 + np.log(np.minimum(times, 255)))
        length = float(np.sqrt((values * values).sum())) or 1.0
        given: NDArray[np.float64] = (values * row[:, column] / length / times)[place]
        return given
