"""How the model that judges does on this desk: quality, surprises, and whether what it is given drifts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from moderation.drift import Week, weeks_of
from moderation.errors import Invalid
from moderation.model import ModelUse, ShadowTally
from moderation.ports import Judged
from moderation.roles import Caller, Permission
from moderation.score import Scores
from moderation.service import authority
from moderation.service.decided import newest_decided
from moderation.service.desk import Desk

if TYPE_CHECKING:
    from moderation.classifier.agreement import Agreement

MAX_WEEKS = 53
NEWEST = 2_000
_SURPRISES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Surprise:
    """A decision and how likely the model held a rejection."""

    judged: Judged
    scores: Scores

    @property
    def expected(self) -> float:
        """The model's probability that a person rejects."""
        return self.scores.reject

    @property
    def distance(self) -> float:
        """Between what the person did (1 rejected, 0 approved) and what the model expected."""
        return abs(float(self.judged.rejected) - self.expected)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """On people's newest decisions, each comment once. `shadow` and `tally` are None while no model runs in the shadow.

    `surprises` are those on which people and model were furthest apart, furthest first, at least one half.
    """

    judging: Agreement
    shadow: Agreement | None
    tally: ShadowTally | None
    surprises: tuple[Surprise, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The model that judges in this process: since when and by whose choice, and what its makers wrote down."""

    version: str
    use: ModelUse
    about: Mapping[str, Any]


def origin(desk: Desk, caller: Caller) -> Origin:
    with desk.read() as uow:
        authority.require(uow, caller, Permission.MODELS_READ, now=desk.now())
        use = uow.models.in_use()
    return Origin(version=desk.scorer.version, use=use, about=desk.scorer.about())


def quality(desk: Desk, caller: Caller, *, site: str, newest: int = NEWEST) -> Quality:
    """Scores the texts of the `newest` decisions now, so a model is seen on decisions older than itself as well."""
    # Scikit-learn takes 100 MB: a process where nobody opens this page must not load it.
    from moderation.classifier.agreement import agreement

    judged = newest_decided(desk, caller, Permission.MODELS_READ, site=site, newest=newest)
    texts = [one.body for one in judged]
    scores, shadow = desk.scorer.score(texts), desk.shadow()
    surprises = [Surprise(judged=one, scores=given) for one, given in zip(judged, scores, strict=True)]
    surprises.sort(key=lambda one: -one.distance)
    return Quality(
        judging=agreement(desk.scorer.version, judged, scores),
        shadow=None if shadow is None else agreement(shadow.version, judged, shadow.score(texts)),
        tally=None if shadow is None else _tally(desk, caller, shadow.version, site),
        surprises=tuple(one for one in surprises[:_SURPRISES] if one.distance >= 0.5),
    )


def _tally(desk: Desk, caller: Caller, version: str, site: str) -> ShadowTally:
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.MODELS_READ, now=desk.now())
        return uow.models.shadow_tally(version, site_id=authority.site_for(uow, actor, site).id)


def drift(desk: Desk, caller: Caller, *, site: str, bounds: Sequence[datetime]) -> tuple[Week, ...]:
    """The weeks between neighbouring `bounds` (aware, ascending), by when comments were written."""
    if not 2 <= len(bounds) <= MAX_WEEKS + 1:
        raise Invalid(field="bounds", reason="out_of_range", low=2, high=MAX_WEEKS + 1)
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.MODELS_READ, now=desk.now())
        counts = uow.models.scored(authority.site_for(uow, actor, site).id, bounds)
    return weeks_of(bounds, counts)
