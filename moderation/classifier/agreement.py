"""Figures of a model against decisions of people: ranking, agreement, and whether its probabilities are true."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moderation.classifier.evaluation import Ranking, Reliability, ranking, reliability_of
from moderation.policy import REASON_OF
from moderation.ports import Judged
from moderation.score import LABELS, Label, Scores

# From here a score says that a moderator would reject.
_REJECTS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The decisions in one language, or in all (`language` is None), by the overall score.

    `agreement` is the share of decisions that the model, rejecting from one half on, would have made as well. `ranking`
    is None where there are too few of a kind to rank.
    """

    language: str | None
    decisions: int
    rejected: int
    ranking: Ranking | None
    agreement: float
    reliability: Reliability


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """`parts` begins with all languages, then each, most decisions first; empty where nobody has decided anything.

    `classes`: how each class ranks what was rejected for its reason above what was approved.
    """

    model: str
    parts: tuple[Part, ...]
    classes: tuple[tuple[Label, Ranking], ...]


def agreement(model: str, judged: Sequence[Judged], scores: Sequence[Scores]) -> Agreement:
    """`scores` are the model's, one for each of `judged`."""
    values = np.array([one.values() for one in scores]).reshape(len(judged), len(LABELS))
    overall = np.array([one.reject for one in scores])
    answers = np.array([one.rejected for one in judged], np.int8)
    languages = np.array([one.language for one in judged])
    names, sizes = np.unique(languages, return_counts=True)
    whole = [(None, np.ones(len(judged), bool))] if judged else []
    each = [(str(names[place]), languages == names[place]) for place in np.argsort(-sizes, kind="stable")]
    return Agreement(
        model=model,
        parts=tuple(_part(language, answers[rows], overall[rows]) for language, rows in [*whole, *each]),
        classes=tuple(_classes(judged, answers, values)),
    )


def _part(language: str | None, answers: NDArray[np.int8], overall: NDArray[np.float64]) -> Part:
    return Part(
        language=language,
        decisions=int(answers.size),
        rejected=int(answers.sum()),
        ranking=ranking(answers, overall),
        agreement=float(((overall >= _REJECTS) == (answers == 1)).mean()),
        reliability=reliability_of(overall, answers),
    )


def _classes(
    judged: Sequence[Judged], answers: NDArray[np.int8], values: NDArray[np.float64]
) -> list[tuple[Label, Ranking]]:
    ranked = []
    for column, label in enumerate(LABELS):
        named = np.array([REASON_OF[label] in one.reasons for one in judged], bool)
        rows = named | (answers == 0)
        found = ranking(named[rows].astype(np.int8), values[rows, column])
        if found:
            ranked.append((label, found))
    return ranked
