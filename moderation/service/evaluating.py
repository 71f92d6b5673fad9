"""How well models agree with the newsroom's own people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from moderation.roles import Caller, Permission
from moderation.service.decided import newest_decided
from moderation.service.desk import Desk

if TYPE_CHECKING:
    from moderation.classifier.agreement import Agreement
    from moderation.score import Scorer

_PAGE = 500


def evaluate(
    desk: Desk,
    caller: Caller,
    models: Sequence[Scorer],
    *,
    site: str | None = None,
    newest: int,
    progress: Callable[[int, int], None],
) -> list[Agreement]:
    """Each model against the `newest` decisions that people made and nobody took back, of one site or of all.

    A comment counts once, with its newest decision, if its text is still the one that was decided on. What people
    decide on is what the policy held or readers reported: harder than the run of comments. `progress` is told (done, of
    how many).
    """
    # Scikit-learn takes 100 MB: a process that only serves must not load it with the other use cases.
    from moderation.classifier.agreement import agreement

    judged = newest_decided(desk, caller, Permission.INSIGHTS_READ, site=site, newest=newest)
    steps = len(judged) * len(models)
    found = []
    for done, model in enumerate(models):
        scores = []
        for start in range(0, len(judged), _PAGE):
            scores += model.score([one.body for one in judged[start : start + _PAGE]])
            progress(done * len(judged) + len(scores), steps)
        found.append(agreement(model.version, judged, scores))
    return found
