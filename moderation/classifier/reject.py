"""The overall score: from the logits of the six classes to the probability that a moderator would reject."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

LIMIT: Final = 8.0
"""A class says no more beyond this logit, whichever its sign: a class that nobody judged stands at -40."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """`slopes` (6, none negative) and the intercept of a logistic regression on the logits, each cut to `LIMIT`."""

    slopes: tuple[float, ...]
    intercept: float

    def logits(self, of_classes: NDArray[np.float64]) -> NDArray[np.float64]:
        """From logits (rows x 6) to the overall one (rows)."""
        cut = np.clip(of_classes, -LIMIT, LIMIT)
        return np.asarray(cut @ np.array(self.slopes) + self.intercept)


def highest(of_classes: NDArray[np.float64]) -> NDArray[np.float64]:
    """What stands for the overall logit in a model that has learned none: the highest class's."""
    return np.asarray(of_classes.max(axis=1))
