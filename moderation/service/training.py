"""Make a model from labelled comments, or from a newsroom's own decisions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from moderation.errors import Invalid
from moderation.roles import Caller, Permission
from moderation.service import authority
from moderation.service.decided import newest_decided
from moderation.service.desk import Desk

if TYPE_CHECKING:
    from moderation.classifier.own_training import Learned


def train(*, corpus: Path, group: str, out: Path, progress: Callable[[str, int, int], None]) -> str:
    """Learn from the sets in `corpus` and write the model and its card into `out`; the model's version.

    `progress` hears a stage (`reading`, `counting`, `fitting`, `comparing`, `writing`), the steps done and their
    number. Raises `CorpusError` when there is nothing to learn from.
    """
    # Scikit-learn and SciPy take 100 MB: a process that only serves must not load them with the other use cases.
    from moderation.classifier.design import Recipe
    from moderation.classifier.sources import Group
    from moderation.classifier.training import trained

    if group not in set(Group):
        raise Invalid(field="group", reason="not_listed")
    return trained(corpus, Group(group), out, progress=progress, recipe=Recipe())


def train_from_decisions(
    desk: Desk,
    caller: Caller,
    *,
    base: Path | None,
    own: Path,
    out: Path,
    site: str | None,
    newest: int,
    progress: Callable[[str, int, int], None],
) -> Learned:
    """Write a model into `out` that adds the `newest` decisions of one site, or of all, to what a model knows.

    The base is the one in the folder `base`, else the one that judges: the registry's, or `own`, which processes start
    with. The newest fifth of the decisions is not learned from; both models' figures on it come back. Raises
    `CorpusError` when people have decided too little.
    """
    from moderation.classifier import artifact, packing
    from moderation.classifier.own_training import own_model

    judged = newest_decided(desk, caller, Permission.MODELS_MANAGE, site=site, newest=newest)
    files = None if base is not None else _in_use(desk, caller)
    if files is None:
        folder = base or own
        known, about = artifact.load(folder), artifact.about(folder)
    else:
        known, about = packing.artifact_of(files), packing.about(files)
    source = "all sites" if site is None else site
    return own_model(known, about, judged, out, source=source, progress=progress)


def _in_use(desk: Desk, caller: Caller) -> dict[str, bytes] | None:
    with desk.read() as uow:
        authority.require(uow, caller, Permission.MODELS_MANAGE, now=desk.now())
        live = uow.models.in_use().live
        return None if live is None else uow.models.files(live)
