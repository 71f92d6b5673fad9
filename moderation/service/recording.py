"""`record()`: the only code that turns decisions into state: status, decision row, queue, audit event together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from types import MappingProxyType
from typing import NamedTuple

from moderation.audit import Event, EventType, Written, quoted
from moderation.comment import VISIBLE, Comment, Status
from moderation.decision import Decision, Outcome, Recorded, status_after
from moderation.policy import Context, Policy, decide
from moderation.ports import NewComment, NewDecision, ShadowScored, UnitOfWork
from moderation.queue import LEASE, TRAFFIC_OF, Entry, Factor, Priority, asking, priority
from moderation.score import Scores
from moderation.service.desk import Desk
from moderation.service.judging import Reading, inputs_json
from moderation.shift import HARSH
from moderation.text.words import hits_in

_MILLISECOND = timedelta(milliseconds=1)


class Change(NamedTuple):
    """A decision about to become state, for a comment that is `new` or one that is stored (`comment`).

    `status` is what the comment's will be. `inputs` is the JSON that `decide()` saw, or empty for a person's decision;
    the event carries its hash. `stands` is the decision that an undoing lets stand again, `entered_at` since when the
    comment waits, unless it does from now on, `asked` who asks for a person meanwhile. `keep_for` gives it, if it waits
    now, into that person's hands. `shadow`: what the model in the shadow says of the text, and what the policy
    would have made of it.
    """

    type: EventType
    decision: Decision
    status: Status
    scores: Scores
    new: NewComment | None = None
    comment: Comment | None = None
    seen_version: int = 0
    staff_id: int | None = None
    inputs: str = ""
    shadow: tuple[Scores, Outcome] | None = None
    reports: int = 0
    newcomer: bool = False
    undoes: int | None = None
    waited_ms: int | None = None
    keep_for: int | None = None
    batch_id: int | None = None
    facts: Mapping[str, object] = MappingProxyType({})
    stands: Decision | None = None
    entered_at: datetime | None = None
    asked: tuple[Factor, ...] = ()

    @property
    def by_machine(self) -> bool:
        return (self.stands or self.decision).by_machine

    @property
    def comment_id(self) -> int:
        return self._subject.id

    @property
    def _subject(self) -> NewComment | Comment:
        subject = self.new or self.comment
        if subject is None:
            raise ValueError("a change is of a new or of a stored comment")
        return subject


def judged(
    type_: EventType,
    reading: Reading,
    context: Context,
    policy: Policy,
    *,
    new: NewComment | None = None,
    comment: Comment | None = None,
) -> Change:
    """What the policy decides on a text that was read, in its context."""
    hits = hits_in(reading.folded, policy)
    decision = decide(reading.scores, context, hits, policy)
    # By the order of the fields: it is made for every comment, and by their names takes twice as long.
    return Change(
        type_,
        decision,
        status_after(decision),
        reading.scores,
        new,
        comment,
        comment.version if comment else 0,
        None,
        inputs_json(reading.judgement, context, hits, policy),
        (reading.shadow, decide(reading.shadow, context, hits, policy).outcome) if reading.shadow else None,
        context.reports,
        context.record.is_new,
    )


def record(desk: Desk, uow: UnitOfWork, changes: Sequence[Change], *, site_id: int, at: datetime) -> list[NewDecision]:
    """Make the decisions true; Contention if a stored comment is no longer at the version seen."""
    if not changes:
        return []
    _set_statuses(uow, changes, site_id=site_id, at=at)
    _set_queue(uow, changes, site_id=site_id, at=at)
    _note_shadows(uow, changes, site_id=site_id, at=at)
    # The log's head is locked from here to the commit, so it comes after everything that takes its time.
    ids = desk.new_ids(len(changes))
    events = [_event(change, decision_id, at) for change, decision_id in zip(changes, ids, strict=True)]
    sealed = uow.log.append(site_id, events)
    rows = [
        _row(change, decision_id, one.position) for change, decision_id, one in zip(changes, ids, sealed, strict=True)
    ]
    uow.decisions.insert(site_id, rows, at=at)
    return rows


def _set_statuses(uow: UnitOfWork, changes: Sequence[Change], *, site_id: int, at: datetime) -> None:
    new = [change for change in changes if change.new is not None]
    if new:
        rows = [(c.new, c.status, c.by_machine) for c in new if c.new is not None]
        uow.comments.insert(site_id, rows, at=at)
        uow.comments.add_scores(site_id, [(change.comment_id, 1, change.scores) for change in new])
    for change in changes:
        if change.comment is None:
            continue
        uow.comments.advance(change.comment, status=change.status, by_machine=change.by_machine)
        if change.comment.status in VISIBLE and change.status not in VISIBLE:
            # What readers do not see any more is nobody's pick, also when they see it again one day.
            uow.picks.drop(change.comment.id)


def _set_queue(uow: UnitOfWork, changes: Sequence[Change], *, site_id: int, at: datetime) -> None:
    waiting = [change for change in changes if change.decision.review]
    articles = {change._subject.article_id for change in waiting}
    traffic = uow.articles.traffic(articles, since=at - TRAFFIC_OF) if articles else {}
    uow.queue.add_new([_entry(change, site_id, at, traffic) for change in waiting if change.new is not None])
    for change in changes:
        if change.comment is None:
            continue
        if change.decision.review:
            uow.queue.add(_entry(change, site_id, at, traffic))
        else:
            uow.queue.remove(change.comment.id)


def _note_shadows(uow: UnitOfWork, changes: Sequence[Change], *, site_id: int, at: datetime) -> None:
    rows = [
        ShadowScored(
            comment_id=change.comment_id,
            # A text judged anew is the revision after the one that was stored when it came in.
            revision=1 if change.comment is None else change.comment.revision + 1,
            scores=change.shadow[0],
            live=change.decision.outcome,
            shadow=change.shadow[1],
        )
        for change in changes
        if change.shadow is not None
    ]
    if rows:
        uow.models.add_shadow_scores(site_id, rows, at=at)


def _entry(change: Change, site_id: int, at: datetime, traffic: Mapping[int, int]) -> Entry:
    subject = change._subject
    given = priority(
        change.scores,
        change.decision,
        reports=change.reports,
        traffic=traffic.get(subject.article_id, 0),
        newcomer=change.newcomer,
    )
    for factor in change.asked:
        given = asking(given, factor)
    entry = entry_of(subject, change.scores, given, site_id=site_id, at=change.entered_at or at)
    if change.keep_for is None:
        return entry
    return replace(entry, claimed_by=change.keep_for, claimed_until=at + LEASE)


def entry_of(subject: Comment | NewComment, scores: Scores, given: Priority, *, site_id: int, at: datetime) -> Entry:
    """A comment's place in the queue, in nobody's hands."""
    label, score = scores.top()
    return Entry(
        comment_id=subject.id,
        site_id=site_id,
        article_id=subject.article_id,
        section_id=subject.section_id,
        language=subject.language,
        top_label=label,
        top_score=score,
        reject=scores.reject,
        priority=given,
        entered_at=at,
    )


def _event(change: Change, decision_id: int, at: datetime) -> Event:
    said = _facts(change, decision_id) if change.new is None else _of_new(change, change.new, decision_id)
    subject = f"comment:{change.comment_id}"
    return Event(change.type, change.decision.actor, subject, at, said)


def _facts(change: Change, decision_id: int) -> dict[str, object]:
    decision = change.decision
    facts: dict[str, object] = {
        "decision": str(decision_id),
        "version": change.seen_version,
        "outcome": decision.outcome,
        "status": change.status,
        "causes": decision.causes,
        "reasons": decision.reasons,
        **change.facts,
    }
    if change.inputs:
        facts["inputs"] = _hash(change.inputs)
        facts["model"] = change.scores.model
    if decision.note:
        # A moderator may quote the reader in a note, so the log binds the note without holding it.
        facts["note"] = _hash(f"{decision_id}:{decision.note}")
    if decision.message:
        facts["message"] = _hash(f"{decision_id}:{decision.message}")
    if change.undoes is not None:
        facts["undoes"] = str(change.undoes)
    if change.batch_id is not None:
        facts["batch"] = str(change.batch_id)
    return facts


def _of_new(change: Change, new: NewComment, decision_id: int) -> Written:
    """Of a comment that came in, what `_facts` says and what the log binds of it, in the order of the names.

    Only numbers, hashes and the desk's own words: a general encoder takes four times as long, for every comment.
    """
    decision = change.decision
    return Written(
        f'{{"article":"{new.article_id}","causes":{_words(decision.causes)},"commenter":"{new.commenter_id}",'
        f'"decision":"{decision_id}","inputs":"{_hash(change.inputs)}","model":{quoted(change.scores.model)},'
        f'"outcome":"{decision.outcome}","reasons":{_words(decision.reasons)},"status":"{change.status}",'
        f'"text":"{new.commitment}","version":{change.seen_version}}}'
    )


def _words(given: Sequence[str]) -> str:
    return '["' + '","'.join(given) + '"]' if given else "[]"


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _row(change: Change, decision_id: int, position: int) -> NewDecision:
    return NewDecision(
        decision_id,
        change.comment_id,
        change.seen_version,
        change.decision,
        change.staff_id,
        change.inputs,
        change.comment.status if change.comment else None,
        change.status,
        change.waited_ms,
        change.undoes,
        position,
        change.batch_id,
        # Nobody has read each text of a batch.
        change.scores.reject >= HARSH and change.batch_id is None if change.staff_id is not None else None,
    )


def recorded(row: NewDecision, at: datetime) -> Recorded:
    return Recorded(
        id=row.id,
        comment_id=row.comment_id,
        comment_version=row.comment_version,
        decision=row.decision,
        status_before=row.status_before,
        status_after=row.status_after,
        decided_at=at,
        undoes=row.undoes,
        staff_id=row.staff_id,
        waited_ms=row.waited_ms,
    )


def milliseconds(duration: timedelta) -> int:
    return max(duration // _MILLISECOND, 0)
