"""One probability of six: that a moderator would reject the comment, for whichever reason."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from moderation.classifier.corpus import UNKNOWN, Corpus
from moderation.classifier.reject import LIMIT, Reject
from moderation.score import LABELS, Label

_PULL: Final = 1e-3
_LEAST_ANSWERS: Final = 20


def answers_of(corpus: Corpus) -> NDArray[np.int8]:
    """1 where annotators said yes to any class, 0 where they found nothing; the rows of natural sets, else `UNKNOWN`.

    Nothing is found where a comment is not toxic, or, in sets that were asked only that, no advertisement.
    """
    toxic, spam = (corpus.answers[:, LABELS.index(label)] for label in (Label.TOXIC, Label.SPAM))
    civil = (toxic == 0) | ((toxic == UNKNOWN) & (spam == 0))
    natural = np.array([source.natural for source in corpus.sources])[corpus.sets]
    answers = np.where((corpus.answers == 1).any(axis=1), 1, np.where(civil, 0, UNKNOWN))
    return np.where(natural, answers, UNKNOWN).astype(np.int8)


def learned(
    logits: NDArray[np.float64], answers: NDArray[np.int8], weights: NDArray[np.float64], *, near: Reject | None = None
) -> Reject | None:
    """A logistic regression on the six logits (rows x 6) whose slopes are not negative: no class speaks for a comment.

    `answers` are 1, 0 or `UNKNOWN`, `weights` (rows) what each row counts. With `near` the result is pulled there, by
    as much as one row in a thousand for each unit of distance. None where one answer is too rare to learn from.
    """
    rows = np.flatnonzero(answers != UNKNOWN)
    yes = answers[rows] == 1
    if min(yes.sum(), (~yes).sum()) < _LEAST_ANSWERS:
        return None
    signs = np.where(yes, 1.0, -1.0)
    given = np.column_stack([np.clip(logits[rows], -LIMIT, LIMIT), np.ones(rows.size)])
    share = weights[rows] / weights[rows].sum()
    centre = np.zeros(given.shape[1]) if near is None else np.array([*near.slopes, near.intercept])

    def loss(values: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margins = signs * (given @ values)
        away = values - centre
        slopes = -signs * share / (1 + np.exp(margins))
        return (
            float((share * np.logaddexp(0, -margins)).sum() + _PULL * (away * away).sum()),
            given.T @ slopes + 2 * _PULL * away,
        )

    bounds: Sequence[tuple[float | None, float | None]] = [(0.0, None)] * len(LABELS) + [(None, None)]
    found = minimize(loss, centre, jac=True, method="L-BFGS-B", bounds=bounds)
    return Reject(slopes=tuple(map(float, found.x[:-1])), intercept=float(found.x[-1]))


def each_set_alike(corpus: Corpus, answers: NDArray[np.int8]) -> NDArray[np.float64]:
    """Weights by which every set with answers counts the same."""
    sizes = np.bincount(corpus.sets[answers != UNKNOWN], minlength=len(corpus.sources))
    return np.asarray(1.0 / np.maximum(sizes, 1)[corpus.sets])
