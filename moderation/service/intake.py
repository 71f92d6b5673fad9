"""Comments come in: from the site's API and from files, through the same use cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from moderation.article import Article, IncomingArticle, Site
from moderation.audit import Event, EventType
from moderation.comment import VISIBLE, Comment, Incoming
from moderation.errors import Invalid
from moderation.policy import Context, Policy
from moderation.ports import ArticlePlace, NewComment, UnitOfWork
from moderation.roles import Caller, Permission
from moderation.service import authority
from moderation.service.amendments import edit, withdraw
from moderation.service.desk import Desk
from moderation.service.feed import DecisionFeed, decisions_after
from moderation.service.judging import Reading, read
from moderation.service.receipts import Receipt, lookup, receipts
from moderation.service.recording import Change, judged, record
from moderation.service.reports import report
from moderation.service.settled import settled
from moderation.text.links import domains

# A caller of intake finds every way in here; the ways of amending, reporting and asking back have files of their own.
__all__ = [
    "MAX_BATCH",
    "DecisionFeed",
    "Receipt",
    "decisions_after",
    "edit",
    "lookup",
    "report",
    "save_article",
    "submit",
    "submit_read",
    "withdraw",
]

MAX_BATCH = 1_000


def submit(desk: Desk, caller: Caller, items: Sequence[Incoming], *, site: str | None = None) -> list[Receipt]:
    """Judge, store, queue and log up to 1,000 comments in one transaction; a known external id repeats its receipt."""
    return submit_read(desk, caller, items, read([item.body for item in items], desk.scorer), site=site)


@settled
def submit_read(
    desk: Desk, caller: Caller, items: Sequence[Incoming], readings: Sequence[Reading], *, site: str | None = None
) -> list[Receipt]:
    """`submit` for texts that were read already, so that an importer can read the next batch meanwhile."""
    if len(items) > MAX_BATCH:
        raise Invalid(field="comments", reason="too_many", high=MAX_BATCH)

    with desk.begin() as uow:
        at = desk.now()
        actor = authority.require(uow, caller, Permission.COMMENTS_SUBMIT, now=at)
        authority.note_use(uow, actor, now=at)
        place = authority.site_for(uow, actor, site)
        return _Batch(desk, uow, place, at).submit(items, readings)


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
        window = timedelta(minutes=policy.repeat_minutes)
        since = min(new.incoming.created_at for new, _ in news) - window
        written = uow.commenters.repeats(((new.commenter_id, new.fold) for new, _ in news), since=since)
        changes = []
        for new, reading in news:
            at = new.incoming.created_at
            earlier = written.setdefault((new.commenter_id, new.fold), [])
            context = Context(
                record=replace(records[new.commenter_id], visible=visible[new.commenter_id]),
                repeats=sum(at - window < one <= at for one in earlier),
                links=len(domains(new.incoming.body, allowed=policy.allowed_domains)),
            )
            change = judged(EventType.COMMENT_SUBMITTED, reading, context, policy, new=new)
            earlier.append(at)
            visible[new.commenter_id] += change.status in VISIBLE
            changes.append(change)
        return changes


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
        status=change.status,
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


@settled
def save_article(
    desk: Desk, caller: Caller, article: IncomingArticle, *, site: str | None = None
) -> tuple[Article, bool]:
    """Store an article or renew its title, address and section; True when it was made."""

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
