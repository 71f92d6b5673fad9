"""Comments come in: from the site's API and from files, through the same use cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from moderation.article import Article, IncomingArticle, Site
from moderation.audit import Event, EventType, commitment
from moderation.comment import VISIBLE, Comment, Incoming, Status
from moderation.decision import Cause, Outcome, Reason, Recorded
from moderation.errors import Conflict, IllegalTransition, Invalid, NotFound
from moderation.flag import Flag, FlagKind
from moderation.policy import Context, Hits, Policy, decide
from moderation.ports import ArticlePlace, FeedItem, NewComment, UnitOfWork
from moderation.queue import Entry, Factor, Priority, priority
from moderation.roles import Caller, Permission
from moderation.score import Scores
from moderation.service import authority
from moderation.service.desk import Desk
from moderation.service.judging import Reading, inputs_json, read
from moderation.service.recording import Change, record
from moderation.text.links import domains
from moderation.text.words import hits_in

MAX_BATCH = 1_000
MAX_NOTE = 1_000
FEED_LIMIT = 1_000
_TRIES = 5
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of a comment, for the site that must know whether to show it. `scores` is None once it is erased."""

    external_id: str
    id: int
    created: bool
    status: Status
    outcome: Outcome
    causes: tuple[Cause, ...]
    reasons: tuple[Reason, ...]
    scores: Scores | None
    policy: int | None
    version: int
    revision: int
    language: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionFeed:
    """`cursor` is where the next call goes on; `more` says that it would find something now."""

    items: tuple[FeedItem, ...]
    cursor: int
    more: bool


def submit(desk: Desk, caller: Caller, items: Sequence[Incoming], *, site: str | None = None) -> list[Receipt]:
    """Judge, store, queue and log up to 1,000 comments in one transaction; a known external id gives its receipt again."""
    return submit_read(desk, caller, items, read([item.body for item in items], desk.scorer), site=site)


def submit_read(
    desk: Desk, caller: Caller, items: Sequence[Incoming], readings: Sequence[Reading], *, site: str | None = None
) -> list[Receipt]:
    """`submit` for texts that were read already, so that an importer can read the next batch meanwhile."""
    if len(items) > MAX_BATCH:
        raise Invalid(field="comments", reason="too_many", high=MAX_BATCH)

    def once() -> list[Receipt]:
        with desk.begin() as uow:
            at = desk.now()
            actor = authority.require(uow, caller, Permission.COMMENTS_SUBMIT, now=at)
            place = authority.site_for(uow, actor, site)
            return _Batch(desk, uow, place, at).submit(items, readings)

    return _until_settled(once)


def _until_settled(once: Callable[[], T]) -> T:
    """Two calls may bring the same new comment or commenter at once: one of them finds it stored on its next try."""
    for _ in range(_TRIES - 1):
        try:
            return once()
        except Conflict:
            continue
    return once()


class _Batch:
    """One transaction's worth of new comments; a comment of the batch counts in the record of those after it."""

    def __init__(self, desk: Desk, uow: UnitOfWork, site: Site, at: datetime) -> None:
        self._desk, self._uow, self._site, self._at = desk, uow, site, at

    def submit(self, items: Sequence[Incoming], readings: Sequence[Reading]) -> list[Receipt]:
        uow, site_id = self._uow, self._site.id
        known = uow.comments.by_external(site_id, list(dict.fromkeys(item.external_id for item in items)))
        fresh = {
            item.external_id: (item, reading)
            for item, reading in reversed(list(zip(items, readings, strict=True)))
            if item.external_id not in known
        }
        fresh = dict(reversed(fresh.items()))
        made = self._take_in(fresh, known) if fresh else {}
        repeats = receipts(uow, list(known.values())) if known else {}
        seen: set[str] = set()
        answers = []
        for item in items:
            if item.external_id in made and item.external_id not in seen:
                seen.add(item.external_id)
                answers.append(made[item.external_id])
            else:
                answers.append(repeats.get(item.external_id) or _repeated(made[item.external_id]))
        return answers

    def _take_in(self, fresh: dict[str, tuple[Incoming, Reading]], known: dict[str, Comment]) -> dict[str, Receipt]:
        uow, site_id, at = self._uow, self._site.id, self._at
        incomings = [item for item, _ in fresh.values()]
        policy = uow.policies.active(site_id)
        places = uow.articles.ensure(site_id, _articles_of(incomings), at=at)
        names = uow.commenters.ensure(site_id, _names_of(incomings), at=at)
        parents = self._parents(incomings, known)
        news = []
        for item, reading in fresh.values():
            new = self._new(item, reading, place=places[item.article_id], commenter_id=names[item.commenter_id])
            parents[item.external_id] = new.id
            news.append((new, reading))
        # A reply and its parent may stand in one batch, the parent after the reply.
        changes = self._judge([(_with_parent(new, parents), reading) for new, reading in _parents_first(news)], policy)
        record(self._desk, uow, changes, site_id=site_id, at=at)
        return {change.new.incoming.external_id: _receipt_of(change, policy) for change in changes if change.new}

    def _parents(self, incomings: Sequence[Incoming], known: dict[str, Comment]) -> dict[str, int]:
        wanted = {item.parent_id for item in incomings if item.parent_id is not None} - set(known)
        found = self._uow.comments.by_external(self._site.id, sorted(wanted)) if wanted else {}
        return {key: comment.id for key, comment in (known | found).items()}

    def _new(self, item: Incoming, reading: Reading, *, place: ArticlePlace, commenter_id: int) -> NewComment:
        return NewComment(
            id=self._desk.new_id(),
            article_id=place.id,
            section_id=place.section_id,
            commenter_id=commenter_id,
            parent_id=None,
            salt=self._desk.salt(),
            fold=reading.fold,
            language=reading.language,
            toxic=reading.scores.toxic,
            incoming=item,
        )

    def _judge(self, news: Sequence[tuple[NewComment, Reading]], policy: Policy) -> list[Change]:
        uow = self._uow
        records = uow.commenters.records({new.commenter_id for new, _ in news})
        visible = {commenter_id: past.visible for commenter_id, past in records.items()}
        since = self._at - timedelta(minutes=policy.repeat_minutes)
        pairs = Counter(uow.commenters.repeats(((n.commenter_id, n.fold) for n, _ in news), since=since))
        changes = []
        for new, reading in news:
            pair = (new.commenter_id, new.fold)
            context = Context(
                record=replace(records[new.commenter_id], visible=visible[new.commenter_id]),
                repeats=pairs[pair],
                links=domains(new.incoming.body, allowed=policy.allowed_domains),
            )
            change = _judged(EventType.COMMENT_SUBMITTED, reading, context, policy, new=new)
            pairs[pair] += 1
            visible[new.commenter_id] += change.status_after in VISIBLE
            changes.append(change)
        return changes


def _judged(
    type_: EventType,
    reading: Reading,
    context: Context,
    policy: Policy,
    *,
    new: NewComment | None = None,
    comment: Comment | None = None,
) -> Change:
    hits = hits_in(reading.folded, policy)
    return Change(
        type=type_,
        decision=decide(reading.scores, context, hits, policy),
        scores=reading.scores,
        new=new,
        comment=comment,
        seen_version=comment.version if comment else 0,
        inputs=inputs_json(reading.scores, context, hits, policy),
        reports=context.reports,
    )


def _articles_of(incomings: Sequence[Incoming]) -> dict[str, IncomingArticle]:
    wanted: dict[str, IncomingArticle] = {}
    for item in incomings:
        if item.article_id not in wanted or (item.article_title and not wanted[item.article_id].url):
            wanted[item.article_id] = IncomingArticle(
                external_id=item.article_id,
                title=item.article_title or item.article_id,
                url=item.article_url or "",
                section=item.section or "",
            )
    return wanted


def _names_of(incomings: Sequence[Incoming]) -> dict[str, str | None]:
    names: dict[str, str | None] = {}
    for item in incomings:
        names[item.commenter_id] = item.commenter_name or names.get(item.commenter_id)
    return names


def _with_parent(new: NewComment, parents: dict[str, int]) -> NewComment:
    wanted = new.incoming.parent_id
    parent = parents.get(wanted) if wanted is not None else None
    return new if parent is None or parent == new.id else replace(new, parent_id=parent)


def _parents_first(news: list[tuple[NewComment, Reading]]) -> list[tuple[NewComment, Reading]]:
    """The database checks each row's parent as it goes in, so a parent that stands later in the batch comes forward."""
    by_id = {new.incoming.external_id: (new, reading) for new, reading in news}
    ordered: dict[str, tuple[NewComment, Reading]] = {}
    for new, _ in news:
        chain = []
        key: str | None = new.incoming.external_id
        while key is not None and key in by_id and key not in ordered and key not in chain:
            chain.append(key)
            key = by_id[key][0].incoming.parent_id
        ordered |= {key: by_id[key] for key in reversed(chain)}
    return list(ordered.values())


def _receipt_of(change: Change, policy: Policy) -> Receipt:
    new = change.new
    if new is None:
        raise ValueError("a receipt of this kind is for a new comment")
    return Receipt(
        external_id=new.incoming.external_id,
        id=new.id,
        created=True,
        status=change.status_after,
        outcome=change.decision.outcome,
        causes=change.decision.causes,
        reasons=change.decision.reasons,
        scores=change.scores,
        policy=policy.number,
        version=1,
        revision=1,
        language=new.language,
        created_at=new.incoming.created_at,
    )


def _repeated(receipt: Receipt) -> Receipt:
    return replace(receipt, created=False)


def receipts(uow: UnitOfWork, comments: Sequence[Comment]) -> dict[str, Receipt]:
    """The present state of stored comments, by external id."""
    latest = uow.decisions.latest([comment.id for comment in comments])
    scores = uow.comments.scores_of(comments)
    return {
        comment.external_id: _stored_receipt(comment, latest[comment.id], scores.get(comment.id))
        for comment in comments
    }


def _stored_receipt(comment: Comment, verdict: Recorded, scores: Scores | None) -> Receipt:
    decision = verdict.decision
    return Receipt(
        external_id=comment.external_id,
        id=comment.id,
        created=False,
        status=comment.status,
        outcome=decision.outcome,
        causes=decision.causes,
        reasons=decision.reasons,
        scores=None if comment.status is Status.ERASED else scores,
        policy=int(decision.actor.partition(":")[2]) if decision.by_machine else None,
        version=comment.version,
        revision=comment.revision,
        language=comment.language,
        created_at=comment.created_at,
    )


def save_article(
    desk: Desk, caller: Caller, article: IncomingArticle, *, site: str | None = None
) -> tuple[Article, bool]:
    """Store an article or renew its title, address and section; True when it was made."""

    def once() -> tuple[Article, bool]:
        with desk.begin() as uow:
            at = desk.now()
            actor = authority.require(uow, caller, Permission.COMMENTS_SUBMIT, now=at)
            place = authority.site_for(uow, actor, site)
            saved, created = uow.articles.save(place.id, article, at=at)
            event = Event(
                type=EventType.ARTICLE_SAVED,
                actor=actor.name,
                subject=f"article:{saved.id}",
                at=at,
                data={"created": created},
            )
            uow.log.append(place.id, [event])
            return saved, created

    return _until_settled(once)


def edit(
    desk: Desk,
    caller: Caller,
    external_id: str,
    body: str,
    *,
    site: str | None = None,
    edited_at: datetime | None = None,
) -> Receipt:
    """The author changed the text: the old one is kept as a revision, the new one judged afresh. The same text is no edit."""
    reading = read([body], desk.scorer)[0]

    def once() -> Receipt:
        with desk.begin() as uow:
            at = desk.now()
            comment = _own_comment(uow, caller, external_id, site=site, at=at)
            if comment.status is Status.ERASED:
                raise IllegalTransition(status=comment.status.value)
            if comment.body != body:
                _rewrite(desk, uow, comment, body, reading, at=at, edited_at=edited_at or at)
            return _present(uow, comment.id)

    return _until_settled(once)


def _rewrite(
    desk: Desk, uow: UnitOfWork, comment: Comment, body: str, reading: Reading, *, at: datetime, edited_at: datetime
) -> None:
    policy = uow.policies.active(comment.site_id)
    since = at - timedelta(minutes=policy.repeat_minutes)
    pair = (comment.commenter_id, reading.fold)
    context = Context(
        record=uow.commenters.records([comment.commenter_id])[comment.commenter_id],
        repeats=uow.commenters.repeats([pair], since=since).get(pair, 0),
        links=domains(body, allowed=policy.allowed_domains),
        reports=uow.comments.reports(comment.id),
    )
    salt = desk.salt()
    change = _judged(EventType.COMMENT_EDITED, reading, context, policy, comment=comment)
    change = replace(change, facts={"text": commitment(salt, body), "revision": comment.revision + 1})
    uow.comments.rewrite(
        comment,
        body=body,
        salt=salt,
        fold=reading.fold,
        language=reading.language,
        toxic=reading.scores.toxic,
        at=edited_at,
    )
    uow.comments.add_scores(comment.site_id, [(comment.id, comment.revision + 1, reading.scores)])
    record(desk, uow, [change], site_id=comment.site_id, at=at)


def withdraw(desk: Desk, caller: Caller, external_id: str, *, site: str | None = None) -> Receipt:
    """The author takes the comment back: text, earlier texts and salts are erased, the log stays whole. Idempotent."""
    with desk.begin() as uow:
        at = desk.now()
        actor = authority.require(uow, caller, Permission.COMMENTS_SUBMIT, now=at)
        comment = _own_comment(uow, caller, external_id, site=site, at=at)
        if comment.status is not Status.ERASED:
            moved = uow.comments.advance(
                comment.id, seen_version=comment.version, status=Status.ERASED, by_machine=False
            )
            if not moved:
                raise Conflict(what="comment")
            uow.comments.erase(comment.id)
            uow.queue.remove(comment.id)
            event = Event(
                type=EventType.COMMENT_WITHDRAWN,
                actor=actor.name,
                subject=f"comment:{comment.id}",
                at=at,
                data={"version": comment.version, "status": Status.ERASED.value},
            )
            uow.log.append(comment.site_id, [event])
        return _present(uow, comment.id)


def report(
    desk: Desk,
    caller: Caller,
    external_id: str,
    *,
    reporter_id: str,
    reason: Reason,
    note: str = "",
    site: str | None = None,
) -> Receipt:
    """A reader objects. One reader counts once a comment; enough of them hold it, and a rejected one stays rejected."""
    if len(note) > MAX_NOTE:
        raise Invalid(field="note", reason="too_long", high=MAX_NOTE)

    def once() -> Receipt:
        with desk.begin() as uow:
            at = desk.now()
            actor = authority.require(uow, caller, Permission.COMMENTS_SUBMIT, now=at)
            comment = _own_comment(uow, caller, external_id, site=site, at=at)
            if comment.status is Status.ERASED:
                raise IllegalTransition(status=comment.status.value)
            flag = Flag(kind=FlagKind.REPORTED, reason=reason, source=reporter_id, note=note, created_at=at)
            if uow.comments.add_flags(comment.site_id, [(desk.new_id(), comment.id, flag)]):
                _weigh_reports(desk, uow, comment, flag, actor_name=actor.name, at=at)
            return _present(uow, comment.id)

    return _until_settled(once)


def _weigh_reports(desk: Desk, uow: UnitOfWork, comment: Comment, flag: Flag, *, actor_name: str, at: datetime) -> None:
    event = Event(
        type=EventType.COMMENT_REPORTED,
        actor=actor_name,
        subject=f"comment:{comment.id}",
        at=at,
        data={"reason": flag.reason.value},
    )
    scores = uow.comments.scores(comment.id, comment.revision)
    waiting = uow.queue.get(comment.id)
    if comment.status in VISIBLE and scores is not None:
        change = _report_change(uow, comment, scores)
        # What waits already only moves up; a new version would pull the card from under a moderator's hand.
        if waiting is None or change.status_after is not comment.status:
            if change.decision.review or change.status_after is not comment.status:
                record(desk, uow, [change], site_id=comment.site_id, at=at)
        else:
            uow.queue.add(_raised(waiting, change))
    elif waiting is not None and scores is not None:
        uow.queue.add(_raised(waiting, _report_change(uow, comment, scores)))
    uow.log.append(comment.site_id, [event])


def _report_change(uow: UnitOfWork, comment: Comment, scores: Scores) -> Change:
    """A reported comment's text was judged when it came; only the reports are new."""
    policy = uow.policies.active(comment.site_id)
    human = comment.status is Status.APPROVED
    context = Context(reports=uow.comments.reports(comment.id), human_approved=True)
    decision = decide(scores, context, Hits(), policy)
    status = Status.APPROVED if human and decision.outcome is Outcome.APPROVE else None
    return Change(
        type=EventType.COMMENT_DECIDED,
        decision=decision,
        scores=scores,
        comment=comment,
        seen_version=comment.version,
        inputs=inputs_json(scores, context, Hits(), policy),
        status=status,
        reports=context.reports,
    )


def _raised(entry: Entry, change: Change) -> Entry:
    raised = priority(change.scores, change.decision, reports=change.reports)
    others = tuple(pair for pair in entry.priority.factors if pair[0] is not Factor.REPORTS)
    reports = tuple(pair for pair in raised.factors if pair[0] is Factor.REPORTS)
    factors = others + reports
    points = sum(points for _, points in factors)
    return replace(entry, priority=Priority(points=points, factors=factors), claimed_by=None, claimed_until=None)


def lookup(desk: Desk, caller: Caller, external_id: str, *, site: str | None = None) -> Receipt:
    with desk.read() as uow:
        return _present(uow, _own_comment(uow, caller, external_id, site=site, at=desk.now()).id)


def _own_comment(uow: UnitOfWork, caller: Caller, external_id: str, *, site: str | None, at: datetime) -> Comment:
    actor = authority.require(uow, caller, Permission.COMMENTS_SUBMIT, now=at)
    place = authority.site_for(uow, actor, site)
    comment = uow.comments.by_external(place.id, [external_id]).get(external_id)
    if comment is None:
        raise NotFound(what="comment")
    return comment


def _present(uow: UnitOfWork, comment_id: int) -> Receipt:
    comment = uow.comments.get(comment_id)
    if comment is None:
        raise NotFound(what="comment")
    return receipts(uow, [comment])[comment.external_id]


def decisions_after(
    desk: Desk, caller: Caller, cursor: int, *, limit: int = 100, site: str | None = None
) -> DecisionFeed:
    """Decisions sealed after the cursor (-1 for the first), in the order of their commits, none left out."""
    if not 1 <= limit <= FEED_LIMIT:
        raise Invalid(field="limit", reason="out_of_range", low=1, high=FEED_LIMIT)
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.COMMENTS_SUBMIT, now=desk.now())
        place = authority.site_for(uow, actor, site)
        found = uow.decisions.after(place.id, cursor, limit=limit + 1)
    items = tuple(found[:limit])
    return DecisionFeed(items=items, cursor=items[-1].position if items else cursor, more=len(found) > limit)
