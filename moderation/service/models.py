"""The registry of models: which are known, which judges, which runs in its shadow, and the way back."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from moderation.audit import Event, EventType
from moderation.errors import Conflict, Invalid, NotFound, StaleVersion
from moderation.model import MAX_VERSION, ModelUse, RegisteredModel, ShadowTally
from moderation.parsing import plain
from moderation.ports import UnitOfWork
from moderation.roles import Actor, Caller, Permission
from moderation.score import Scorer
from moderation.service import authority
from moderation.service.desk import Desk
from moderation.service.logs import tell_desk
from moderation.service.settled import settled

MAX_NOTE = 1_000
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_USES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """Models and choices of them, newest first; `judging` is the version that this process scores with now."""

    models: tuple[RegisteredModel, ...]
    in_use: ModelUse
    uses: tuple[ModelUse, ...]
    judging: str


def registry(desk: Desk, caller: Caller) -> Registry:
    with desk.read() as uow:
        authority.require(uow, caller, Permission.MODELS_READ, now=desk.now())
        models, in_use, uses = uow.models.all(), uow.models.in_use(), uow.models.uses(limit=_USES)
    return Registry(models=tuple(models), in_use=in_use, uses=tuple(uses), judging=desk.scorer.version)


def scorer(desk: Desk, caller: Caller, version: str) -> Scorer:
    """A registered model, loaded beside whatever judges; NotFound where there is none of that version."""
    from moderation.classifier import packing

    with desk.read() as uow:
        authority.require(uow, caller, Permission.MODELS_READ, now=desk.now())
        if uow.models.get(version) is None:
            raise NotFound(what="model", name=version)
        return packing.unpacked(uow.models.files(version))


def add(desk: Desk, caller: Caller, folder: Path) -> RegisteredModel:
    """Copy the model in `folder` into the database; ModelError if it is not whole, Conflict if it is there already."""
    # Numba and NumPy take 100 MB: a process that only serves must not load them with the other use cases.
    from moderation.classifier import packing
    from moderation.classifier.artifact import MANIFEST

    with desk.read() as uow:
        # Asked before the files are read as well: who may not add one must not learn what lies on the server's disk.
        authority.require(uow, caller, Permission.MODELS_MANAGE, now=desk.now())
    files = packing.packed(folder)
    version = packing.unpacked(files).version
    if len(version) > MAX_VERSION or not _VERSION.fullmatch(version):
        raise Invalid(field="version", reason="not_a_name", high=MAX_VERSION)
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.MODELS_MANAGE, now=now)
        if uow.models.get(version) is not None:
            raise Conflict(what="model", name=version)
        model = RegisteredModel(
            version=version,
            checksum=sha256(files[MANIFEST]).hexdigest(),
            size=sum(map(len, files.values())),
            about=packing.about(files),
            added_by=actor.name,
            added_at=now,
        )
        uow.models.add(model, files)
        facts = {"version": version, "checksum": model.checksum, "size": model.size}
        added = Event(type=EventType.MODEL_ADDED, actor=actor.name, subject=f"model:{version}", at=now, data=facts)
        tell_desk(uow, added)
        return model


def promote(
    desk: Desk, caller: Caller, version: str | None, *, seen_number: int | None = None, note: str = ""
) -> ModelUse:
    """The version judges from now on; None is the model that the process was started with.

    StaleVersion if someone chose meanwhile, where `seen_number` says what the caller saw.
    """
    return _choose(
        desk,
        caller,
        EventType.MODEL_PROMOTED,
        lambda uow, now: (version, None if now.shadow == version else now.shadow),
        seen_number=seen_number,
        note=note,
    )


def roll_back(desk: Desk, caller: Caller, *, seen_number: int | None = None, note: str = "") -> ModelUse:
    """The version that judged before the present one judges again; Conflict where there was none."""
    return _choose(
        desk,
        caller,
        EventType.MODEL_PROMOTED,
        lambda uow, now: (_before(uow, now), None),
        seen_number=seen_number,
        note=note,
    )


def shadow(
    desk: Desk, caller: Caller, version: str | None, *, seen_number: int | None = None, note: str = ""
) -> ModelUse:
    """The version scores every new comment as well, without effect; None ends that."""
    return _choose(
        desk,
        caller,
        EventType.MODEL_SHADOWED,
        lambda uow, now: (now.live, version),
        seen_number=seen_number,
        note=note,
    )


def shadow_tally(desk: Desk, caller: Caller, version: str, *, site: str | None = None) -> ShadowTally:
    """What the policy made of the comments that the model scored in the shadow, and what it would have made of them.

    NotFound where there is no such model.
    """
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.MODELS_READ, now=desk.now())
        place = authority.site_or_all(uow, actor, site)
        tally = uow.models.shadow_tally(version, site_id=place)
        if not tally.comments and uow.models.get(version) is None:
            raise NotFound(what="model", name=version)
        return tally


_Choice = Callable[[UnitOfWork, ModelUse], tuple[str | None, str | None]]


@settled
def _choose(
    desk: Desk, caller: Caller, type_: EventType, choice: _Choice, *, seen_number: int | None, note: str
) -> ModelUse:
    if len(note) > MAX_NOTE:
        raise Invalid(field="note", reason="too_long", high=MAX_NOTE)
    with desk.begin() as uow:
        at = desk.now()
        actor = authority.require(uow, caller, Permission.MODELS_MANAGE, now=at)
        present = uow.models.in_use()
        if seen_number is not None and seen_number != present.number:
            raise StaleVersion(seen=seen_number, version=present.number, what="model_use")
        live, beside = choice(uow, present)
        _check(uow, live, beside)
        if (live, beside) == (present.live, present.shadow):
            raise Conflict(what="model_in_use")
        use = ModelUse(number=present.number + 1, live=live, shadow=beside, by=actor.name, note=plain(note), at=at)
        uow.models.use(use)
        tell_desk(uow, _chosen(type_, actor, use, at))
        return use


def _check(uow: UnitOfWork, live: str | None, beside: str | None) -> None:
    for version in (live, beside):
        if version is not None and uow.models.get(version) is None:
            raise NotFound(what="model", name=version)
    if beside is not None and beside == live:
        raise Conflict(what="model_in_use")


def _before(uow: UnitOfWork, present: ModelUse) -> str | None:
    """The last version that judged and is not the present one; at the beginning that was the process's own model."""
    if present.number == 0:
        raise Conflict(what="no_earlier_model")
    for use in uow.models.uses(limit=_USES):
        if use.live != present.live:
            return use.live
    if present.live is None:
        raise Conflict(what="no_earlier_model")
    return None


def _chosen(type_: EventType, actor: Actor, use: ModelUse, at: datetime) -> Event:
    subject = use.live if type_ is EventType.MODEL_PROMOTED else use.shadow
    facts = {"number": use.number, "live": use.live, "shadow": use.shadow}
    if use.note:
        facts["note"] = sha256(f"{use.number}:{use.note}".encode()).hexdigest()
    return Event(type=type_, actor=actor.name, subject=f"model:{subject or '-'}", at=at, data=facts)
