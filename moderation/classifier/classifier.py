"""A loaded model that scores."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from moderation.classifier import artifact
from moderation.classifier.artifact import Artifact
from moderation.classifier.features import ScratchPool, batches
from moderation.score import LABELS, Scores

SHIPPED: Final = Path(__file__).parent / "model"
"""A folder per training group: `full` is all the sets, `open` those under a stated permissive licence."""

_DECIMALS: Final = 6


class Classifier:
    """Judges texts; any number of threads may share one."""

    def __init__(self, model: Artifact) -> None:
        self.version = model.version
        self._bits = model.bits
        self._folding = model.folding.table()
        self._rows = model.packed()
        self._idf_step = np.float32(model.idf_step)
        self._slopes = np.array(model.slopes) * np.array(model.steps)
        self._intercepts = np.array(model.intercepts)
        self._scratches = ScratchPool(model.bits)

    @classmethod
    def load(cls, path: Path | None = None) -> Self:
        """The model in the folder `path`, or the shipped one; `ModelError` when it cannot be used."""
        return cls(artifact.load(SHIPPED / "full" if path is None else path))

    def warm(self) -> None:
        """Compile or fetch the compiled kernel now, so that the first comment does not wait for it."""
        self.score(["تعليق"])

    def score(self, texts: Sequence[str]) -> list[Scores]:
        """One `Scores` a text, in order. Of a longer text the first `features.LONGEST` code points are judged."""
        version = self.version
        return [
            Scores(toxic=toxic, insult=insult, hate=hate, threat=threat, obscene=obscene, spam=spam, model=version)
            for toxic, insult, hate, threat, obscene, spam in self.probabilities(texts).tolist()
        ]

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Calibrated probabilities (texts x 6, in the order of `LABELS`), rounded to six decimals."""
        # Numba takes half a second to import; who only loads a model to look at it need not wait.
        from moderation.classifier import kernel

        margins = np.empty((len(texts), len(LABELS)), np.float32)
        scratch = self._scratches.take()
        row = 0
        for batch in batches(texts):
            out = margins[row : row + batch.offsets.size - 1]
            kernel.margins(
                batch.points, batch.offsets, self._folding, self._bits, scratch, self._rows, self._idf_step, out
            )
            row += len(out)
        self._scratches.give_back(scratch)
        logits = margins * self._slopes + self._intercepts
        # Beyond 40 the exponential only overflows; the probability is 0 or 1 to the last decimal by then.
        probabilities: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-np.clip(logits, -40.0, 40.0)))
        return probabilities.round(_DECIMALS)
