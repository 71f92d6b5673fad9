"""A newsroom's own decisions make a small change to a model that knows more than they do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize

from moderation.classifier.agreement import Agreement, agreement
from moderation.classifier.artifact import Artifact
from moderation.classifier.calibration import STEPS
from moderation.classifier.classifier import Classifier
from moderation.classifier.corpus import UNKNOWN
from moderation.classifier.design import IDF_LOWEST, counted, weighed
from moderation.classifier.errors import DecisionsAlike, DecisionsFew
from moderation.policy import REASON_OF
from moderation.ports import Judged
from moderation.score import LABELS, Label

LEAST_DECISIONS: Final = 100
LEAST_ANSWERS: Final = 20
"""Of each kind, rejected and approved, for a class to learn at all."""

_NEW_ROWS: Final = 3
_OF_TOXIC: Final = frozenset((Label.TOXIC, Label.INSULT, Label.HATE, Label.THREAT, Label.OBSCENE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapting:
    """`strength`: what a decision's loss costs beside a change of the weights; `held_out`: the newest share, unseen."""

    strength: float = 0.8
    held_out: float = 0.2
    rounds: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapted:
    """The changed model; what the base and it make of the newest decisions, which neither learned from.

    `learned` are the decisions learned from; `classes` the labels that had answers enough.
    """

    model: Artifact
    before: Agreement
    after: Agreement
    learned: int
    rejected: int
    classes: tuple[Label, ...]


def adapted(
    base: Artifact, judged: Sequence[Judged], recipe: Adapting, *, progress: Callable[[str, int, int], None]
) -> Adapted:
    """`judged` newest first. `DecisionsFew` or `DecisionsAlike` where there is too little to learn from."""
    newest = round(len(judged) * recipe.held_out)
    held, learn = judged[:newest], judged[newest:]
    if len(judged) < LEAST_DECISIONS:
        raise DecisionsFew(found=len(judged), least=LEAST_DECISIONS)
    rejected = sum(one.rejected for one in learn)
    if min(rejected, len(learn) - rejected) < LEAST_ANSWERS:
        raise DecisionsAlike(rejected=rejected, approved=len(learn) - rejected, least=LEAST_ANSWERS)
    progress("counting", 0, 1)
    wide, matrix, scripts = _features(base, [one.body for one in learn])
    progress("counting", 1, 1)
    model, classes = _changed(wide, matrix, scripts, answers_of(learn), recipe, progress)
    return Adapted(
        model=model,
        before=_held_against(base, held),
        after=_held_against(model, held),
        learned=len(learn),
        rejected=rejected,
        classes=classes,
    )


def answers_of(judged: Sequence[Judged]) -> NDArray[np.int8]:
    """Rows x 6. An approval says no to every class, a rejection yes to those of its reasons and to `toxic` with them.

    A rejection says nothing of a class that is not among its reasons: a moderator names one and does not list all.
    """
    label_of = {reason: label for label, reason in REASON_OF.items()}
    answers = np.full((len(judged), len(LABELS)), UNKNOWN, np.int8)
    for row, one in enumerate(judged):
        if not one.rejected:
            answers[row] = 0
            continue
        named = {label_of[reason] for reason in one.reasons if reason in label_of}
        for label in named | ({Label.TOXIC} if named & _OF_TOXIC else set()):
            answers[row, LABELS.index(label)] = 1
    return answers


def _features(base: Artifact, texts: Sequence[str]) -> tuple[Artifact, sparse.csr_array, NDArray[np.uint8]]:
    """The base with room for buckets that only the newsroom's readers fill, and the texts' matrix over its buckets."""
    counts, scripts = counted(texts, base.folding, base.bits)
    kept = np.zeros(1 << base.bits, bool)
    kept[base.buckets] = True
    kept |= np.bincount(counts.indices, minlength=kept.size) >= _NEW_ROWS
    buckets = np.flatnonzero(kept)
    old = np.searchsorted(buckets, base.buckets)
    weights = np.zeros((buckets.size, len(LABELS)), np.int8)
    weights[old] = base.weights
    frequencies = np.full(buckets.size, base.rare, np.int8)
    frequencies[old] = base.frequencies
    wide = replace(base, buckets=buckets.astype(np.uint32), weights=weights, frequencies=frequencies)
    idf = np.full(kept.size, (base.rare - IDF_LOWEST) * base.idf_step)
    idf[buckets] = (frequencies.astype(np.float64) - IDF_LOWEST) * base.idf_step
    return wide, weighed(counts, idf, kept), scripts


def _changed(
    wide: Artifact,
    matrix: sparse.csr_array,
    scripts: NDArray[np.uint8],
    answers: NDArray[np.int8],
    recipe: Adapting,
    progress: Callable[[str, int, int], None],
) -> tuple[Artifact, tuple[Label, ...]]:
    weights: NDArray[np.float32] = (wide.weights * np.array(wide.steps)).astype(np.float32)
    slopes, intercepts = np.array(wide.slopes)[scripts], np.array(wide.intercepts)[scripts]
    learned = []
    for column, label in enumerate(LABELS):
        progress("fitting", column, len(LABELS))
        rows = np.flatnonzero(answers[:, column] != UNKNOWN)
        yes = answers[rows, column] == 1
        if min(yes.sum(), (~yes).sum()) < LEAST_ANSWERS or not wide.weights[:, column].any():
            continue
        learned.append(label)
        logits = (matrix[rows] @ weights[:, column]) * slopes[rows, column] + intercepts[rows, column]
        weights[:, column] += _change(matrix[rows], yes, logits, slopes[rows, column], recipe)
    progress("fitting", len(LABELS), len(LABELS))
    steps = [float(np.float32(highest / STEPS)) or 1.0 for highest in np.abs(weights).max(axis=0, initial=0)]
    rounded = np.rint(weights / np.array(steps)).clip(-STEPS, STEPS).astype(np.int8)
    return replace(wide, weights=rounded, steps=tuple(steps), version=""), tuple(learned)


def _change(
    matrix: sparse.csr_array,
    yes: NDArray[np.bool_],
    logits: NDArray[np.float64],
    slopes: NDArray[np.float64],
    recipe: Adapting,
) -> NDArray[np.float32]:
    """What to add to a class's weights: a logistic regression that begins at the base's logits and is pulled there.

    It has an intercept that is left behind: how often this desk rejects what was held for it is no property of words.
    """
    used = np.flatnonzero(np.bincount(matrix.indices, minlength=matrix.shape[1]))
    scaled = sparse.diags_array(slopes) @ matrix[:, used]
    scale = float(np.abs(slopes).mean())
    signs = np.where(yes, 1.0, -1.0)
    # Both answers weigh the same, however often a desk rejects.
    costs = recipe.strength * np.where(yes, 0.5 / yes.mean(), 0.5 / (~yes).mean())

    def loss(values: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        change, intercept = values[:-1] / scale, values[-1]
        margins = signs * (logits + scaled @ change + intercept)
        pull = -signs * costs / (1 + np.exp(np.clip(margins, -40, 40)))
        gradient = np.append((scaled.T @ pull) / scale + values[:-1], pull.sum())
        return float((costs * np.logaddexp(0, -margins)).sum() + 0.5 * (values[:-1] ** 2).sum()), gradient

    found = minimize(loss, np.zeros(used.size + 1), jac=True, method="L-BFGS-B", options={"maxiter": recipe.rounds})
    change = np.zeros(matrix.shape[1], np.float32)
    change[used] = found.x[:-1] / scale
    return change


def _held_against(model: Artifact, held: Sequence[Judged]) -> Agreement:
    return agreement(model.version, held, Classifier(model).score([one.body for one in held]))
