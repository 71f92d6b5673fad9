"""One comment's whole story as the log tells it, with what the log binds beside it: texts, notes, scores, policy."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from moderation.audit import EventType, Sealed, commitment
from moderation.comment import Comment
from moderation.decision import Recorded


class Bound(StrEnum):
    """How what is stored stands to the commitment in the log: the very text, erased since, or another one."""

    KEPT = "kept"
    GONE = "gone"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Salted:
    """A stored text with the salt of its commitment; without a salt it was erased.

    It is the comment's of that `revision`, or an appeal's.
    """

    text: str
    salt: bytes | None
    revision: int | None = None
    appeal: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A decision with what the policy saw when it was made (JSON; empty where a person decided)."""

    decision: Recorded
    inputs: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a policy decided by: its number, the model, and the scores by class."""

    policy: int
    model: str
    scores: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One event. `text` is what the event binds, as it was then; `bound` is None where it binds none. `note` is what a
    person wrote for colleagues, with a decision or an opinion."""

    event: Sealed
    decision: Recorded | None = None
    seen: Seen | None = None
    text: str = ""
    bound: Bound | None = None
    note: str = ""
    note_bound: Bound | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    comment: Comment
    commenter_name: str
    article_title: str
    steps: tuple[Step, ...]


def step_of(event: Sealed, texts: Sequence[Salted], decisions: Mapping[int, Told], opinions: Mapping[int, str]) -> Step:
    """`opinions`: the notes of them, by their ids."""
    facts = facts_of(event.body)
    told = decisions.get(_number(facts.get("decision"))) if _decides(event) else None
    text, bound = _text(facts, texts)
    key, note = _noted(event, facts, told, opinions)
    return Step(
        event=event,
        decision=told.decision if told else None,
        seen=_seen(told.inputs) if told else None,
        text=text,
        bound=bound,
        note=note or "",
        note_bound=_note_bound(facts.get("note"), key, note),
    )


def facts_of(body: str) -> dict[str, object]:
    """What an event says; nothing where its body is no event any more."""
    try:
        found = json.loads(body)["data"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _decides(event: Sealed) -> bool:
    # An appeal names the decision that it is against, which is not what happened then.
    return not event.type.startswith("appeal:")


def _number(given: object) -> int:
    return int(given) if isinstance(given, str) and given.isascii() and given.isdigit() else -1


def _text(facts: Mapping[str, object], texts: Sequence[Salted]) -> tuple[str, Bound | None]:
    """The stored text whose commitment is this one: found by the commitment, so that no order has to be trusted."""
    bound_by = facts.get("text")
    if not isinstance(bound_by, str):
        return "", None
    for one in texts:
        if one.salt is not None and commitment(one.salt, one.text) == bound_by:
            return one.text, Bound.KEPT
    return "", Bound.GONE if _is_gone(facts, texts) else Bound.DIFFERS


def _is_gone(facts: Mapping[str, object], texts: Sequence[Salted]) -> bool:
    """Whether the text that an event binds was erased: it has no salt any more, or it was an earlier version."""
    if "appeal" in facts:
        number = _number(facts["appeal"])
        return any(one.appeal == number and one.salt is None for one in texts)
    # What came in was the first version.
    revision = facts.get("revision", 1)
    stored = {one.revision: one.salt for one in texts if one.revision is not None}
    if revision in stored:
        return stored[revision] is None
    return isinstance(revision, int) and revision < max(stored, default=0)


def _noted(
    event: Sealed, facts: Mapping[str, object], told: Told | None, opinions: Mapping[int, str]
) -> tuple[int, str | None]:
    """Of which decision or opinion, and the note that is stored with it; None where nothing is stored."""
    if event.type == EventType.OPINION_GIVEN:
        key = _number(facts.get("opinion"))
        return key, opinions.get(key)
    return (told.decision.id, told.decision.decision.note) if told else (-1, None)


def _note_bound(bound_by: object, key: int, note: str | None) -> Bound | None:
    if not isinstance(bound_by, str) or note is None:
        return None
    if not note:
        return Bound.GONE
    found = sha256(f"{key}:{note}".encode()).hexdigest()
    return Bound.KEPT if found == bound_by else Bound.DIFFERS


def _seen(inputs: str) -> Seen | None:
    try:
        found = json.loads(inputs)
        scores = {str(name): float(value) for name, value in found["scores"].items()}
        return Seen(policy=int(found["policy"]), model=str(found["model"]), scores=scores)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
