"""From weighted sums to probabilities, for each way of writing; and the model as it is saved."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from moderation.classifier.artifact import SCRIPTS, Artifact
from moderation.classifier.corpus import UNKNOWN, Corpus
from moderation.classifier.design import Design, Recipe
from moderation.classifier.reject import Reject
from moderation.score import LABELS, Label

STEPS: Final = 127
"""Steps of a weight to either side: what a signed byte holds."""

_NEVER: Final = -40.0
"""The logit of a class that nobody judged in the training sets."""

_LEAST_SLOPE: Final = 1e-3
_LEAST_ANSWERS: Final = 100
"""Rows of each answer that a script's own calibration needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Linear:
    """Weights of one class over the kept buckets, and the calibration of their sums for each script."""

    weights: NDArray[np.float32]
    slopes: tuple[float, ...]
    intercepts: tuple[float, ...]


def calibrated(
    weights: NDArray[np.float32], sums: NDArray[np.float32], corpus: Corpus, column: int, *, scripts: NDArray[np.uint8]
) -> Linear:
    """Platt's sigmoid over out-of-fold sums for each script, or over all rows where a script has too few."""
    rows = calibration_rows(corpus, column)
    answers = calibration_answers(corpus, column)[rows]
    learned = corpus.answers[corpus.answers[:, column] != UNKNOWN, column]
    if learned.size == 0 or learned.min() == learned.max():
        always = learned.size > 0 and learned[0] == 1
        logit = -_NEVER if always else _NEVER
        return Linear(weights=np.zeros_like(weights), slopes=(1.0,) * SCRIPTS, intercepts=(logit,) * SCRIPTS)
    curves = []
    for script in range(SCRIPTS):
        own = rows[scripts[rows] == script]
        counts = np.bincount(answers[scripts[rows] == script], minlength=2)
        curves.append(_sigmoid(own if counts.min() >= _LEAST_ANSWERS else rows, sums, corpus, column))
    return Linear(
        weights=weights,
        slopes=tuple(slope for slope, _ in curves),
        intercepts=tuple(intercept for _, intercept in curves),
    )


def _sigmoid(rows: NDArray[np.intp], sums: NDArray[np.float32], corpus: Corpus, column: int) -> tuple[float, float]:
    """Slope and intercept, each set counting the same."""
    answers = calibration_answers(corpus, column)[rows]
    shares = 1.0 / np.bincount(corpus.sets[rows])[corpus.sets[rows]]
    sigmoid = LogisticRegression(C=1e3, tol=1e-8, max_iter=1000)
    sigmoid.fit(sums[rows, None].astype(np.float64), answers, sample_weight=shares * answers.size)
    # A falling curve would turn the order of comments round; it comes only of sets too small to learn from.
    return max(float(sigmoid.coef_[0, 0]), _LEAST_SLOPE), float(sigmoid.intercept_[0])


def calibration_rows(corpus: Corpus, column: int) -> NDArray[np.intp]:
    """The judged rows of the sets with a natural share of positives.

    Where those have one answer only, all judged rows, and the natural sets' comments that are not toxic: what nobody
    finds toxic is no insult, hatred, threat or obscenity, and without it every comment would look like one of those
    that a set was picked for.
    """
    answers = corpus.answers[:, column]
    judged = answers != UNKNOWN
    natural = np.array([source.natural for source in corpus.sources])[corpus.sets]
    rows = np.flatnonzero(judged & natural)
    if rows.size and answers[rows].min() != answers[rows].max():
        return rows
    return np.flatnonzero(judged | (natural & _is_civil(corpus, column)))


def calibration_answers(corpus: Corpus, column: int) -> NDArray[np.int8]:
    """The answers of all rows, those of the civil among `calibration_rows` included."""
    answers = corpus.answers[:, column].copy()
    answers[(answers == UNKNOWN) & _is_civil(corpus, column)] = 0
    return answers


def _is_civil(corpus: Corpus, column: int) -> NDArray[np.bool_]:
    """Whether a row's answer is no because it is not toxic; that says nothing of advertisements."""
    implied = LABELS[column] not in (Label.TOXIC, Label.SPAM)
    return np.asarray((corpus.answers[:, LABELS.index(Label.TOXIC)] == 0) & implied)


def assembled(made: Design, classes: Sequence[Linear], reject: Reject | None, recipe: Recipe) -> Artifact:
    """The model as it is saved, its weights rounded to a byte each."""
    assert len(classes) == len(LABELS)  # noqa: S101 - a caller's mistake, not an input  # nosec B101
    steps = [float(np.float32(np.abs(linear.weights).max(initial=0) / STEPS)) or 1.0 for linear in classes]
    columns = [np.rint(linear.weights / step) for linear, step in zip(classes, steps, strict=True)]
    return Artifact(
        bits=recipe.bits,
        buckets=made.buckets,
        weights=np.column_stack(columns).clip(-STEPS, STEPS).astype(np.int8),
        frequencies=made.frequencies,
        rare=made.rare,
        idf_step=made.idf_step,
        steps=tuple(steps),
        slopes=tuple(zip(*(linear.slopes for linear in classes), strict=True)),
        intercepts=tuple(zip(*(linear.intercepts for linear in classes), strict=True)),
        folding=made.folding,
        reject=reject,
    )
