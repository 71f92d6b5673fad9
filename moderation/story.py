"""One comment's whole story as the log tells it, with what the log binds beside it: texts, notes, scores, policy."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from moderation.audit import EventType, Sealed, commitment
from moderation.comment import Comment


class Bound(StrEnum):
    """How what is stored stands to the log: the very thing that it binds, erased since, or another one."""

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
    """A decision as its row has it, whatever that says: `said` under the names that its event has for it, and `inputs`,
    what the policy saw when it was made (JSON; empty where a person decided)."""

    said: Mapping[str, object]
    actor: str
    position: int
    at: datetime
    note: str
    message: str
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
    person wrote for colleagues, with a decision or an opinion, `message` what they wrote to the commenter.

    `seen_bound` is of what the policy saw, `decision_bound` of all else that the decision's row says: charts, notices
    and filters go by the row.
    """

    event: Sealed
    decision_bound: Bound | None = None
    seen: Seen | None = None
    seen_bound: Bound | None = None
    text: str = ""
    bound: Bound | None = None
    note: str = ""
    note_bound: Bound | None = None
    message: str = ""
    message_bound: Bound | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    comment: Comment
    commenter_name: str
    article_title: str
    steps: tuple[Step, ...]

    @property
    def status_bound(self) -> Bound | None:
        """Whether the comment has the status that its events end with."""
        told = [facts_of(step.event.body).get("status") for step in self.steps]
        last = next((status for status in reversed(told) if status is not None), None)
        if last is None:
            return None
        return Bound.KEPT if last == self.comment.status else Bound.DIFFERS


def step_of(event: Sealed, texts: Sequence[Salted], decisions: Mapping[int, Told], opinions: Mapping[int, str]) -> Step:
    """`opinions`: the notes of them, by their ids."""
    facts = facts_of(event.body)
    made = _number(facts.get("decision")) if _decides(event) else -1
    told = decisions.get(made)
    text, bound = _text(facts, texts)
    key, note = _noted(event, facts, made, told, opinions)
    message = told.message if told else ""
    return Step(
        event=event,
        decision_bound=None if made < 0 else _decision_bound(event, facts, told),
        seen=_seen(told.inputs) if told else None,
        seen_bound=_seen_bound(facts.get("inputs"), told),
        text=text,
        bound=bound,
        note=note,
        note_bound=_words_bound(facts.get("note"), key, note),
        message=message,
        message_bound=_words_bound(facts.get("message"), made, message),
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


def _decision_bound(event: Sealed, facts: Mapping[str, object], told: Told | None) -> Bound:
    """A row is never taken away: of a decision that has none it was."""
    if told is None or (told.actor, told.position, told.at) != (event.actor, event.position, event.at):
        return Bound.DIFFERS
    fits = all(facts.get(name) == value for name, value in told.said.items())
    return Bound.KEPT if fits else Bound.DIFFERS


def _seen_bound(bound_by: object, told: Told | None) -> Bound | None:
    if not isinstance(bound_by, str) or told is None:
        return None
    return Bound.KEPT if _hash(told.inputs) == bound_by else Bound.DIFFERS


def _noted(
    event: Sealed, facts: Mapping[str, object], made: int, told: Told | None, opinions: Mapping[int, str]
) -> tuple[int, str]:
    """Of which decision or opinion, and the note that is stored with it."""
    if event.type == EventType.OPINION_GIVEN:
        key = _number(facts.get("opinion"))
        return key, opinions.get(key, "")
    return made, told.note if told else ""


def _words_bound(bound_by: object, key: int, words: str) -> Bound | None:
    """Of a note or a message; where the log binds none, and there is one, somebody put it there."""
    if not isinstance(bound_by, str):
        return Bound.DIFFERS if words else None
    if not words:
        return Bound.GONE
    return Bound.KEPT if _hash(f"{key}:{words}") == bound_by else Bound.DIFFERS


def _hash(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _seen(inputs: str) -> Seen | None:
    try:
        found = json.loads(inputs)
        scores = {str(name): float(value) for name, value in found["scores"].items()}
        return Seen(policy=int(found["policy"]), model=str(found["model"]), scores=scores)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
