"""Logistic regression with an L2 penalty by dual coordinate descent, over rows that each belong to a group.

After Yu, Huang and Lin, «Dual coordinate descent methods for logistic regression and maximum entropy models» (2011).
Beside the weights each group has an intercept of its own, which is learned with them and then left behind. The same
input and seed give the same bytes.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from moderation.classifier.compiled import compiled

_FARTHEST: Final = 16.0
"""Logits of a dual variable over its bound: beyond, it stands at the bound."""

_NEWTON_STEPS: Final = 40
_CLOSE: Final = 1e-4


def weights_of(
    matrix: sparse.csr_array,
    answers: NDArray[np.int8],
    groups: NDArray[np.int64],
    *,
    strength: float,
    tolerance: float,
    epochs: int,
    seed: int,
) -> NDArray[np.float32]:
    """One weight a column. `strength`: what a row's loss costs; `tolerance`: the rows' mean move that ends it."""
    weights = np.zeros(matrix.shape[1], np.float32)
    order = np.arange(answers.size)
    chance = np.random.default_rng(seed)
    dual = np.full(answers.size, strength * 1e-3)
    signs = np.where(answers == 1, 1.0, -1.0).astype(np.float32)
    intercepts = np.zeros(int(groups.max(initial=0)) + 1, np.float32)
    rows = (matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32), matrix.data.astype(np.float32))
    squares = _begin(rows, signs, groups, dual, weights, intercepts)
    for _ in range(epochs):
        chance.shuffle(order)
        moved = _descend(rows, signs, groups, order, squares, strength, dual, weights, intercepts)
        if moved < tolerance * answers.size:
            break
    return weights


@compiled
def _begin(rows, signs, groups, dual, weights, intercepts):  # type: ignore[no-untyped-def]
    """Give the weights what the first dual variables say; the squared length of each row, its intercept's place too."""
    ends, columns, values = rows
    squares = np.ones(signs.size, np.float64)
    for row in range(signs.size):
        share = np.float32(dual[row]) * signs[row]
        for place in range(ends[row], ends[row + 1]):
            squares[row] += values[place] * values[place]
            weights[columns[place]] += share * values[place]
        intercepts[groups[row]] += share
    return squares


@compiled
def _solved(start, square, strength, margin):  # type: ignore[no-untyped-def]
    """One row's dual variable, the others held: Newton's steps on its logit, halved where they leave the bounds."""
    ratio = start / strength
    logit = np.log(ratio / (1.0 - ratio))
    low, high = -_FARTHEST, _FARTHEST
    for _ in range(_NEWTON_STEPS):
        share = 1.0 / (1.0 + np.exp(-logit))
        value = logit + square * (strength * share - start) + margin
        if value > 0:
            high = logit
        else:
            low = logit
        following = logit - value / (1.0 + square * strength * share * (1.0 - share))
        if following <= low or following >= high:
            following = (low + high) / 2
        step = abs(following - logit)
        logit = following
        if step < _CLOSE:
            break
    return strength / (1.0 + np.exp(-logit))


@compiled
def _descend(rows, signs, groups, order, squares, strength, dual, weights, intercepts):  # type: ignore[no-untyped-def]
    """One round over all rows; the sum of their moves in shares of their bound."""
    ends, columns, values = rows
    moved = 0.0
    for row in order:
        margin = intercepts[groups[row]]
        for place in range(ends[row], ends[row + 1]):
            margin += weights[columns[place]] * values[place]
        solved = _solved(dual[row], squares[row], strength, margin * signs[row])
        move = solved - dual[row]
        moved += abs(move) / strength
        # A move that no weight would feel costs as much as one that all do.
        if abs(move) < 1e-5 * strength:
            continue
        dual[row] = solved
        share = np.float32(move) * signs[row]
        for place in range(ends[row], ends[row + 1]):
            weights[columns[place]] += share * values[place]
        intercepts[groups[row]] += share
    return moved
