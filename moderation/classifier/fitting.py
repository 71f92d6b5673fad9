"""Learning: one logistic regression a class over features weighed by rarity and by what they tell."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from moderation.classifier import solver
from moderation.classifier.corpus import UNKNOWN, Corpus
from moderation.classifier.design import Design, Recipe, row_sums


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
    length = np.float32(np.sqrt(row_sums(scaled.data * scaled.data, scaled.indptr).mean())) or np.float32(1)
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
