"""Learning: one logistic regression a class over features weighed by rarity and by what they tell, calibrated."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from moderation.classifier import kernel, solver
from moderation.classifier.artifact import SCRIPTS, Artifact
from moderation.classifier.corpus import UNKNOWN, Corpus
from moderation.classifier.features import Folding, ScratchPool, batches, current_folding, most_features
from moderation.score import LABELS, Label

_STEPS: Final = 127
_IDF_LOWEST: Final = -128
_NEVER: Final = -40.0
"""The logit of a class that nobody judged in the training sets."""

_LEAST_SLOPE: Final = 1e-3
_LEAST_ANSWERS: Final = 100
"""Rows of each answer that a script's own calibration needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Everything that training chooses.

    `least_rows`: rows that a bucket must occur in to carry weight. `floor`: what a feature is worth that tells nothing,
    beside the logarithm of its odds; `floor_of_few` of a class with fewer than `few` positive rows, where the odds of
    one feature are chance. `epochs`: rounds of descent at most.
    """

    bits: int = 22
    least_rows: int = 4
    strength: float = 3.0
    floor: float = 0.1
    floor_of_few: float = 1.0
    few: int = 5_000
    tolerance: float = 0.002
    epochs: int = 12
    folds: int = 4
    seed: int = 20261123


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """The feature matrix (rows x kept buckets; a row has length 1 before buckets are dropped) and how it was made.

    `scripts`: the calibration that each row falls under.
    """

    matrix: sparse.csr_array
    scripts: NDArray[np.uint8]
    buckets: NDArray[np.uint32]
    frequencies: NDArray[np.int8]
    rare: int
    idf_step: float
    folding: Folding


@dataclass(frozen=True, slots=True, kw_only=True)
class Linear:
    """Weights of one class over the kept buckets, and the calibration of their sums for each script."""

    weights: NDArray[np.float32]
    slopes: tuple[float, ...]
    intercepts: tuple[float, ...]


def design(texts: Sequence[str], recipe: Recipe) -> Design:
    folding = current_folding()
    counted, scripts = _count(texts, folding, recipe.bits)
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
        scripts=scripts,
        buckets=buckets.astype(np.uint32),
        frequencies=(steps[buckets] + _IDF_LOWEST).astype(np.int8),
        rare=round(rare_idf / idf_step) + _IDF_LOWEST,
        idf_step=idf_step,
        folding=folding,
    )


def _count(texts: Sequence[str], folding: Folding, bits: int) -> tuple[sparse.csr_array, NDArray[np.uint8]]:
    table, scratch = folding.table(), ScratchPool(bits).take()
    indices, values, ends = [], [], [np.zeros(1, np.int64)]
    scripts = np.zeros(len(texts), np.uint8)
    row = 0
    for batch in batches(texts):
        room = most_features(batch)
        columns, counts = np.empty(room, np.int32), np.empty(room, np.float32)
        rows = slice(row, row + batch.offsets.size - 1)
        batch_ends = kernel.count_matrix(
            batch.points, batch.offsets, table, bits, scratch, columns, counts, scripts[rows]
        )
        row = rows.stop
        indices.append(columns[: batch_ends[-1]].copy())
        values.append(counts[: batch_ends[-1]].copy())
        ends.append(batch_ends[1:] + ends[-1][-1])
    shape = (len(texts), 1 << bits)
    parts = (np.concatenate(values), np.concatenate(indices), np.concatenate(ends))
    return sparse.csr_array(parts, shape=shape), scripts


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
    matrix: sparse.csr_array,
    answers: NDArray[np.int8],
    sets: NDArray[np.int16],
    *,
    scripts: NDArray[np.uint8],
    recipe: Recipe,
) -> NDArray[np.float32]:
    """Weights of one class over the columns of `matrix`; zeros where the answers are all the same.

    A feature is scaled by how much it tells by itself, the logarithm of its odds (Wang and Manning, «Baselines and
    bigrams», 2012). Each set has an intercept of its own while learning, which is dropped then: how often a set says
    yes, by the way it was picked or by its annotators' habit, is not a property of its words.
    """
    if answers.size == 0 or answers.min() == answers.max():
        return np.zeros(matrix.shape[1], np.float32)
    floor = recipe.floor if (answers == 1).sum() >= recipe.few else recipe.floor_of_few
    gains = _gains(matrix, answers, scripts, floor)
    scaled = sparse.csr_array((matrix.data * gains[matrix.indices], matrix.indices, matrix.indptr), shape=matrix.shape)
    length = np.float32(np.sqrt(_row_sums(scaled.data * scaled.data, scaled.indptr).mean())) or np.float32(1)
    scaled.data /= length
    weights = solver.weights_of(
        scaled,
        answers,
        np.unique(sets, return_inverse=True)[1],
        strength=recipe.strength,
        tolerance=recipe.tolerance,
        epochs=recipe.epochs,
        seed=recipe.seed,
    )
    return np.asarray(weights * gains / length, np.float32)


def _gains(
    matrix: sparse.csr_array, answers: NDArray[np.int8], scripts: NDArray[np.uint8], floor: float
) -> NDArray[np.float32]:
    """How far the odds of yes where a column is found are from those of texts in the same script, as a logarithm.

    Compared across scripts, every plain Arabic word would tell something only because English sets say yes more often.
    """
    sizes = np.diff(matrix.indptr)
    share = np.bincount(scripts, np.where(answers == 1, sizes, 0)) / np.maximum(np.bincount(scripts, sizes), 1)
    found, said, expected = (
        np.bincount(matrix.indices, np.repeat(each, sizes), matrix.shape[1])
        for each in (np.ones(answers.size), answers == 1, share[scripts])
    )
    odds = np.log((said + 1) / (found - said + 1)) - np.log((expected + 1) / (found - expected + 1))
    gains = np.abs(odds) + floor
    return np.asarray(gains / np.sqrt((gains * gains).mean()), np.float32)


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
        weights = fit(made.matrix[seen], answers[seen], corpus.sets[seen], scripts=made.scripts[seen], recipe=recipe)
        sums[unseen] = made.matrix[unseen] @ weights
    return sums


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
        slopes=tuple(zip(*(linear.slopes for linear in classes), strict=True)),
        intercepts=tuple(zip(*(linear.intercepts for linear in classes), strict=True)),
        folding=made.folding,
    )
