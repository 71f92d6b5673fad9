"""A score: one label's calibrated probability, and the model version that gave it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple, Protocol


class Label(StrEnum):
    TOXIC = "toxic"
    INSULT = "insult"
    HATE = "hate"
    THREAT = "threat"
    OBSCENE = "obscene"
    SPAM = "spam"


LABELS: tuple[Label, ...] = tuple(Label)
CIVIL_UNDER = 0.5
"""A comment is civil whose probability of being toxic is lower."""


class Scores(NamedTuple):
    """Six probabilities between 0 and 1, each calibrated on its own; they do not sum to 1.

    `reject` is the probability that a moderator would reject the comment, for whichever reason. A tuple, as a frozen
    dataclass takes as long to make as a comment takes to judge.
    """

    toxic: float
    insult: float
    hate: float
    threat: float
    obscene: float
    spam: float
    reject: float
    model: str

    def of(self, label: Label) -> float:
        value: float = getattr(self, label.value)
        return value

    @property
    def civil(self) -> bool:
        return self.toxic < CIVIL_UNDER

    def values(self) -> tuple[float, ...]:
        """In the order of `LABELS`."""
        return self[:6]

    def top(self) -> tuple[Label, float]:
        """The highest label; ties go to the first in `LABELS`."""
        values = self.values()
        highest = max(values)
        return LABELS[values.index(highest)], highest


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """`text[start:end]` of the original, and what it added to the logit (negative: spoke against the class)."""

    start: int
    end: int
    contribution: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """`logit` is `intercept` and the contributions of `spans` (in the text's order, none overlapping) added up.

    The class's probability is the logistic function of it.
    """

    label: Label
    logit: float
    intercept: float
    spans: tuple[Span, ...]


class Scorer(Protocol):
    """What the desk asks of a classifier."""

    @property
    def version(self) -> str: ...

    def score(self, texts: Sequence[str]) -> list[Scores]:
        """One `Scores` a text, in order; any text has a defined score."""
        ...

    def about(self) -> Mapping[str, Any]:
        """What its makers wrote down: sets, licences, figures, versions of the libraries."""
        ...

    def explain(self, text: str, label: Label) -> Explanation:
        """What in the text speaks for the label, and what against it."""
        ...
