"""Figures: how well a model ranks, in its own domain and away from it, and whether its probabilities are true."""

from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, roc_auc_score

from moderation.classifier.calibration import Linear, calibration_answers, calibration_rows
from moderation.classifier.corpus import UNKNOWN, Corpus
from moderation.classifier.design import Design, Recipe
from moderation.classifier.fitting import fit
from moderation.classifier.lessons import SOURCE
from moderation.classifier.sources import ARABIC_HELD_OUT, Source
from moderation.score import LABELS, Label

_BINS: Final = 10
_DECIMALS: Final = 4
_LEAST_POSITIVES: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """How one class is ranked in one set: area under the ROC curve, average precision, and on how many rows."""

    auc: float
    average_precision: float
    rows: int
    positives: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """Expected calibration error over ten equal bins, each (mean probability, share of positives, rows)."""

    error: float
    bins: tuple[tuple[float, float, int], ...]


def in_domain(sums: NDArray[np.float32], corpus: Corpus, column: int) -> dict[str, dict[str, Any]]:
    """`Ranking` of each set that judged the class, from out-of-fold sums."""
    rankings: dict[str, dict[str, Any]] = {}
    for source in corpus.sources:
        rows = corpus.rows_of(source) & (corpus.answers[:, column] != UNKNOWN)
        found = ranking(corpus.answers[rows, column], sums[rows])
        if found:
            rankings[source.name] = asdict(found)
    return rankings


def without(held: Source, made: Design, corpus: Corpus, recipe: Recipe) -> Ranking | None:
    """How the class `toxic` is ranked in a set by a model of all other sets, those derived from it left out too."""
    answers = corpus.answers[:, LABELS.index(Label.TOXIC)]
    seen, rows = split(corpus, held)
    if all(corpus.sources[place] is SOURCE for place in np.unique(corpus.sets[seen])):
        return None
    weights = fit(made.matrix[seen], answers[seen], corpus.sets[seen], scripts=made.scripts[seen], recipe=recipe)
    return ranking(answers[rows], made.matrix[rows] @ weights)


def split(corpus: Corpus, held: Source) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Row numbers judged for `toxic`: of the sets that neither are `held` nor are derived from it; of `held`."""
    judged = corpus.answers[:, LABELS.index(Label.TOXIC)] != UNKNOWN
    kin = [source for source in corpus.sources if held.name in (source.name, source.derived_from)]
    others = ~np.any([corpus.rows_of(source) for source in kin], axis=0)
    return np.flatnonzero(others & judged), np.flatnonzero(corpus.rows_of(held) & judged)


def held_out(corpus: Corpus) -> tuple[Source, ...]:
    """The Arabic sets of the corpus that are left out in turn."""
    return tuple(source for source in corpus.sources if source.name in ARABIC_HELD_OUT)


def reliability(
    linear: Linear, sums: NDArray[np.float32], corpus: Corpus, column: int, *, scripts: NDArray[np.uint8]
) -> Reliability:
    """Of the rows that calibrated the class, out of fold."""
    rows = calibration_rows(corpus, column)
    answers = calibration_answers(corpus, column)[rows]
    slopes, intercepts = (np.array(numbers)[scripts[rows]] for numbers in (linear.slopes, linear.intercepts))
    probabilities = 1 / (1 + np.exp(-(sums[rows] * slopes + intercepts)))
    return reliability_of(probabilities, answers)


def reliability_of(probabilities: NDArray[np.float64], answers: NDArray[np.int8]) -> Reliability:
    """Of probabilities of one class and whether it was so (1) or not (0)."""
    bins = np.minimum((probabilities * _BINS).astype(int), _BINS - 1)
    filled = [bins == number for number in range(_BINS) if (bins == number).any()]
    means = [
        (float(probabilities[chosen].mean()), float(answers[chosen].mean()), int(chosen.sum())) for chosen in filled
    ]
    error = sum(rows_in * abs(mean - share) for mean, share, rows_in in means) / max(answers.size, 1)
    return Reliability(
        error=round(error, _DECIMALS),
        bins=tuple((round(mean, _DECIMALS), round(share, _DECIMALS), rows_in) for mean, share, rows_in in means),
    )


def ranking(answers: NDArray[np.int8], sums: NDArray[np.floating]) -> Ranking | None:
    """How well the sums put the positive rows (1) first; None where they are so few that a figure would be chance."""
    positives = int((answers == 1).sum())
    if positives < _LEAST_POSITIVES or positives == answers.size:
        return None
    return Ranking(
        auc=round(float(roc_auc_score(answers, sums)), _DECIMALS),
        average_precision=round(float(average_precision_score(answers, sums)), _DECIMALS),
        rows=int(answers.size),
        positives=positives,
    )
