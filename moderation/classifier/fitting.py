"""Learning: features weighed by inverse document frequency, one logistic regression a class, calibrated out of fold."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from moderation.classifier import kernel
from moderation.classifier.artifact import Artifact
from moderation.classifier.corpus import UNKNOWN, Corpus
from moderation.classifier.features import Folding, ScratchPool, batches, current_folding, most_features
from moderation.score import LABELS

_STEPS: Final = 127
_IDF_LOWEST: Final = -128
_NEVER: Final = -40.0
"""The logit of a class that nobody judged in the training sets."""

_LEAST_SLOPE: Final = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Everything that training chooses. `least_rows`: rows that a bucket must occur in to carry weight."""

    bits: int = 20
    least_rows: int = 10
    strength: float = 4.0
    tolerance: float = 0.05
    folds: int = 4
    seed: int = 20261123


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """The feature matrix (rows x kept buckets; a row has length 1 before buckets are dropped) and how it was made."""

    matrix: sparse.csr_array
    buckets: NDArray[np.uint32]
    frequencies: NDArray[np.int8]
    rare: int
    idf_step: float
    folding: Folding


@dataclass(frozen=True, slots=True, kw_only=True)
class Linear:
    """Weights of one class over the kept buckets, and the calibration of their sums."""

    weights: NDArray[np.float32]
    slope: float
    intercept: float


def design(texts: Sequence[str], recipe: Recipe) -> Design:
    folding = current_folding()
    counted = _count(texts, folding, recipe.bits)
    rows_with = np.bincount(counted.indices, minlength=1 << recipe.bits)
    idf = np.log((1 + len(texts)) / (1 + rows_with)) + 1
    # All buckets below the bound count as equally rare, so that the model need not list them.
    rare_idf = np.log((1 + len(texts)) / (1 + recipe.least_rows / 2)) + 1
    idf_step = float(np.float32(max(rare_idf, idf.max(where=rows_with >= recipe.least_rows, initial=1.0)) / 255))
    kept = rows_with >= recipe.least_rows
    steps = np.where(kept, np.rint(idf / idf_step), round(rare_idf / idf_step))
    weighed = counted.data * (steps * idf_step).astype(np.float32)[counted.indices]
    lengths = np.sqrt(_row_sums(weighed * weighed, counted.indptr))
    weighed /= np.repeat(np.where(lengths > 0, lengths, 1), np.diff(counted.indptr)).astype(np.float32)
    whole = sparse.csr_array((weighed, counted.indices, counted.indptr), shape=counted.shape)
    buckets = np.flatnonzero(kept)
    return Design(
        matrix=_columns(whole, kept),
        buckets=buckets.astype(np.uint32),
        frequencies=(steps[buckets] + _IDF_LOWEST).astype(np.int8),
        rare=round(rare_idf / idf_step) + _IDF_LOWEST,
        idf_step=idf_step,
        folding=folding,
    )


def _count(texts: Sequence[str], folding: Folding, bits: int) -> sparse.csr_array:
    table, scratch = folding.table(), ScratchPool(bits).take()
    indices, values, ends = [], [], [np.zeros(1, np.int64)]
    for batch in batches(texts):
        room = most_features(batch)
        columns, counts = np.empty(room, np.int32), np.empty(room, np.float32)
        batch_ends = kernel.count_matrix(batch.points, batch.offsets, table, bits, scratch, columns, counts)
        indices.append(columns[: batch_ends[-1]].copy())
        values.append(counts[: batch_ends[-1]].copy())
        ends.append(batch_ends[1:] + ends[-1][-1])
    return sparse.csr_array(
        (np.concatenate(values), np.concatenate(indices), np.concatenate(ends)), shape=(len(texts), 1 << bits)
    )


def _row_sums(values: NDArray[np.float32], ends: NDArray[np.int64]) -> NDArray[np.float64]:
    sums = np.zeros(ends.size - 1)
    filled = np.diff(ends) > 0
    if values.size:
        sums[filled] = np.add.reduceat(values, ends[:-1][filled], dtype=np.float64)
    return sums


def _columns(matrix: sparse.csr_array, kept: NDArray[np.bool_]) -> sparse.csr_array:
    """The kept columns, numbered anew."""
    stays = kept[matrix.indices]
    numbers = (np.cumsum(kept) - 1).astype(np.int32)
    ends = np.concatenate([[0], np.cumsum(stays)])[matrix.indptr].astype(np.int32)
    return sparse.csr_array(
        (matrix.data[stays], numbers[matrix.indices[stays]], ends), shape=(matrix.shape[0], int(kept.sum()))
    )


def fit(
    matrix: sparse.csr_array, answers: NDArray[np.int8], sets: NDArray[np.int16], *, recipe: Recipe
) -> NDArray[np.float32]:
    """Weights of one class over the columns of `matrix`; zeros where the answers are all the same.

    Each set has a column of its own while learning, which is dropped then: how often a set says yes, by the way it was
    picked or by its annotators' habit, is not a property of its words.
    """
    if answers.size == 0 or answers.min() == answers.max():
        return np.zeros(matrix.shape[1], np.float32)
    names, numbers = np.unique(sets, return_inverse=True)
    rows = np.arange(answers.size, dtype=np.int32)
    own = sparse.csr_array((np.ones(answers.size, np.float32), (rows, numbers)), shape=(answers.size, names.size))
    regression = LogisticRegression(
        C=recipe.strength, solver="liblinear", dual=True, tol=recipe.tolerance, max_iter=1000, random_state=recipe.seed
    )
    both = sparse.hstack([matrix, own], format="csr")
    # Liblinear takes no wider indices than these.
    both.indices, both.indptr = both.indices.astype(np.int32), both.indptr.astype(np.int32)
    regression.fit(both, answers)
    return np.asarray(regression.coef_[0, : matrix.shape[1]], np.float32)


def folds(corpus: Corpus, recipe: Recipe) -> NDArray[np.int8]:
    """The fold of each row, with an equal share of every set in each fold."""
    chance = np.random.default_rng(recipe.seed)
    order = chance.permutation(len(corpus.texts))
    by_set = order[np.argsort(corpus.sets[order], kind="stable")]
    fold = np.empty(len(corpus.texts), np.int8)
    fold[by_set] = np.arange(len(by_set)) % recipe.folds
    return fold


def out_of_fold(made: Design, corpus: Corpus, column: int, *, recipe: Recipe) -> NDArray[np.float32]:
    """Each row's weighted sum for one class from a model that has not seen the row."""
    answers = corpus.answers[:, column]
    sums = np.zeros(len(corpus.texts), np.float32)
    fold = folds(corpus, recipe)
    for number in range(recipe.folds):
        seen = np.flatnonzero((fold != number) & (answers != UNKNOWN))
        unseen = np.flatnonzero(fold == number)
        weights = fit(made.matrix[seen], answers[seen], corpus.sets[seen], recipe=recipe)
        sums[unseen] = made.matrix[unseen] @ weights
    return sums


def calibrated(weights: NDArray[np.float32], sums: NDArray[np.float32], corpus: Corpus, column: int) -> Linear:
    """Platt's sigmoid over out-of-fold sums, each set that was not picked for its offences counting the same."""
    rows = calibration_rows(corpus, column)
    answers = corpus.answers[rows, column]
    if answers.size == 0 or answers.min() == answers.max():
        always = answers.size > 0 and answers[0] == 1
        return Linear(weights=np.zeros_like(weights), slope=1.0, intercept=-_NEVER if always else _NEVER)
    shares = 1.0 / np.bincount(corpus.sets[rows])[corpus.sets[rows]]
    sigmoid = LogisticRegression(C=1e3, tol=1e-8, max_iter=1000)
    sigmoid.fit(sums[rows, None].astype(np.float64), answers, sample_weight=shares * answers.size)
    # A falling curve would turn the order of comments round; it comes only of sets too small to learn from.
    slope = max(float(sigmoid.coef_[0, 0]), _LEAST_SLOPE)
    return Linear(weights=weights, slope=slope, intercept=float(sigmoid.intercept_[0]))


def calibration_rows(corpus: Corpus, column: int) -> NDArray[np.intp]:
    """The judged rows of the sets with a natural share of positives, or of all sets where those have one answer."""
    judged = corpus.answers[:, column] != UNKNOWN
    natural = np.array([source.natural for source in corpus.sources])[corpus.sets]
    rows = np.flatnonzero(judged & natural)
    answers = corpus.answers[rows, column]
    return rows if answers.size and answers.min() != answers.max() else np.flatnonzero(judged)


def assembled(made: Design, classes: Sequence[Linear], recipe: Recipe) -> Artifact:
    """The model as it is saved, its weights rounded to a byte each."""
    assert len(classes) == len(LABELS)  # noqa: S101 - a caller's mistake, not an input
    steps = [float(np.float32(np.abs(linear.weights).max(initial=0) / _STEPS)) or 1.0 for linear in classes]
    columns = [np.rint(linear.weights / step) for linear, step in zip(classes, steps, strict=True)]
    return Artifact(
        bits=recipe.bits,
        buckets=made.buckets,
        weights=np.column_stack(columns).clip(-_STEPS, _STEPS).astype(np.int8),
        frequencies=made.frequencies,
        rare=made.rare,
        idf_step=made.idf_step,
        steps=tuple(steps),
        slopes=tuple(linear.slope for linear in classes),
        intercepts=tuple(linear.intercept for linear in classes),
        folding=made.folding,
    )
