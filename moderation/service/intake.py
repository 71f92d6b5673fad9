"""Comments come in: from the site's API and from files, through the same use cases."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from moderation.article import Article, IncomingArticle, Record, Site
from moderation.audit import Event, EventType
from moderation.comment import VISIBLE, Comment, Incoming
from moderation.errors import Contention, Invalid, Unavailable
from moderation.measure import Measure
from moderation.policy import Context, Policy
from moderation.ports import ArticlePlace, NewComment, UnitOfWork
from moderation.roles import Caller, Permission
from moderation.service import authority, broad, threads
from moderation.service.amendments import edit, withdraw
from moderation.service.desk import Desk
from moderation.service.feed import DecisionFeed, Erasures, decisions_after, erasures_after
from moderation.service.judging import Reading, StandingOf, read_by, standing_of
from moderation.service.receipts import Receipt, lookup, receipts
from moderation.service.recording import Change, judged, record
from moderation.service.reports import report
from moderation.service.settled import settled
from moderation.text.links import outside

# A caller of intake finds every way in here; the ways of amending, reporting and asking back have files of their own.
__all__ = [
    "MAX_BATCH",
    "DecisionFeed",
    "Erasures",
    "Receipt",
    "decisions_after",
    "edit",
    "erasures_after",
    "lookup",
    "report",
    "save_article",
    "submit",
    "submit_read",
    "withdraw",
]

MAX_BATCH = 1_000
# What the log says was changed of an article, by name alone.
_OF_ARTICLE = ("title", "url", "section", "published_at")
_NOTHING = Record()


def submit(desk: Desk, caller: Caller, items: Sequence[Incoming], *, site: str | None = None) -> list[Receipt]:
    """Judge, store, queue and log up to 1,000 comments in one transaction; a known external id repeats its receipt."""
    return submit_read(desk, caller, items, read_by(desk, [item.body for item in items]), site=site)


def submit_read(
    desk: Desk, caller: Caller, items: Sequence[Incoming], readings: Sequence[Reading], *, site: str | None = None
) -> list[Receipt]:
    """`submit` for texts that were read already, so that an importer can read the next batch meanwhile."""
    if len(items) > MAX_BATCH:
        raise Invalid(field="comments", reason="too_many", high=MAX_BATCH)
    done, awaited = _submitted(desk, caller, items, readings, site=site)
    if awaited:
        # The comments are stored, whatever becomes of this; what is left the night's job does.
        with suppress(Contention, Unavailable):
            threads.join(desk, caller, [item.external_id for item in items], site=site)
    return done


@settled
def _submitted(
    desk: Desk, caller: Caller, items: Sequence[Incoming], readings: Sequence[Reading], *, site: str | None
) -> tuple[list[Receipt], bool]:
    """And whether a reply that came earlier waits for one of them."""
    with desk.begin() as uow:
        at = desk.now()
        actor = authority.require(uow, caller, Permission.COMMENTS_SUBMIT, now=at)
        place = authority.site_for(uow, actor, site)
        batch = _Batch(desk, uow, place, at)
        return batch.submit(items, readings), batch.awaited


class _Batch:
    """One transaction's worth of new comments; a comment of the batch counts in the record of those after it."""

    def __init__(self, desk: Desk, uow: UnitOfWork, site: Site, at: datetime) -> None:
        self._desk, self._uow, self._site, self._at = desk, uow, site, at
        self.awaited = False

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
        repeats = receipts(uow, list(known.values()), at=self._at) if known else {}
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
        awaited = uow.threads.ask_awaited(site_id, list(fresh))
        policy = uow.policies.active(site_id)
        places = uow.articles.ensure(site_id, _articles_of(incomings), at=at)
        commenters = uow.commenters.ensure(site_id, _names_of(incomings), at=at)
        if emails := _emails_of(incomings):
            uow.emails.keep(site_id, {commenters.ids[key]: address for key, address in emails.items()})
        # A reply and its parent may stand in one batch, the parent after the reply.
        ids = self._parents(incomings, known)
        news = []
        for id_, (item, reading) in zip(self._desk.new_ids(len(fresh)), _parents_first(fresh), strict=True):
            # A parent that is not there yet is the comment itself, or a reply to it: then it has none.
            parent = ids.get(item.parent_id) if item.parent_id is not None else None
            news.append(
                (_new(id_, item, reading, places[item.article_id], commenters.ids[item.commenter_id], parent), reading)
            )
            ids[item.external_id] = id_
        changes = self._judge(news, policy, commenters.new)
        record(self._desk, uow, changes, site_id=site_id, at=at)
        self.awaited = awaited()
        return {change.new.incoming.external_id: _receipt_of(change, policy) for change in changes if change.new}

    def _parents(self, incomings: Sequence[Incoming], known: dict[str, Comment]) -> dict[str, int]:
        wanted = {item.parent_id for item in incomings if item.parent_id is not None} - set(known)
        found = self._uow.comments.by_external(self._site.id, sorted(wanted)) if wanted else {}
        return {key: comment.id for key, comment in (known | found).items()}

    def _judge(
        self, news: Sequence[tuple[NewComment, Reading]], policy: Policy, newcomers: frozenset[int]
    ) -> list[Change]:
        window = timedelta(minutes=policy.repeat_minutes)
        past = _Past(self._uow, [new for new, _ in news], newcomers, window)
        for commenter_id, measures in broad.in_reach(
            self._desk, self._uow, self._site.id, {new.commenter_id for new, _ in news}
        ).items():
            past.also(commenter_id, measures)
        changes = []
        for new, reading in news:
            links = len(outside(reading.domains, policy.allowed_domains)) if reading.domains else 0
            context = Context(past.record(new), past.repeats(new), links)
            if standing := past.measure(new):
                context = context._replace(**standing)
            change = judged(EventType.COMMENT_SUBMITTED, reading, context, policy, new=new)
            past.add(new, change)
            changes.append(change)
        return changes


class _Past:
    """What the commenters of a batch did before it and, as it is judged, in it."""

    def __init__(
        self, uow: UnitOfWork, news: Sequence[NewComment], newcomers: frozenset[int], window: timedelta
    ) -> None:
        returning = [new for new in news if new.commenter_id not in newcomers]
        since = min(new.incoming.created_at for new in news) - window
        self._window = window
        self._records = uow.commenters.records({new.commenter_id for new in returning})
        self._written = uow.commenters.repeats(((new.commenter_id, new.fold) for new in returning), since=since)
        self._measures = uow.commenters.deciding({new.commenter_id for new in returning})
        self._visible: dict[int, int] = {}

    def record(self, new: NewComment) -> Record:
        before = self._records.get(new.commenter_id, _NOTHING)
        since = self._visible.get(new.commenter_id)
        return before._replace(visible=before.visible + since) if since else before

    def repeats(self, new: NewComment) -> int:
        at = new.incoming.created_at
        earlier = self._written.get((new.commenter_id, new.fold), ())
        return sum(at - self._window < one <= at for one in earlier) if earlier else 0

    def measure(self, new: NewComment) -> StandingOf | None:
        theirs = self._measures.get(new.commenter_id)
        return standing_of(theirs, new.incoming.created_at) if theirs else None

    def also(self, commenter_id: int, measures: list[Measure]) -> None:
        """What reaches them from further than their own record."""
        self._measures.setdefault(commenter_id, []).extend(measures)

    def add(self, new: NewComment, change: Change) -> None:
        self._written.setdefault((new.commenter_id, new.fold), []).append(new.incoming.created_at)
        if change.status in VISIBLE:
            self._visible[new.commenter_id] = self._visible.get(new.commenter_id, 0) + 1


# Of the tuples that are made for every comment the fields are given in their order: by their names it takes twice as
# long.


def _new(
    id_: int, item: Incoming, reading: Reading, place: ArticlePlace, commenter_id: int, parent_id: int | None
) -> NewComment:
    return NewComment(
        id_,
        place.id,
        place.section_id,
        commenter_id,
        parent_id,
        reading.salt,
        reading.commitment,
        reading.folded,
        reading.fold,
        reading.language,
        reading.scores.civil,
        item,
        reading.asks,
    )


def _articles_of(incomings: Sequence[Incoming]) -> dict[str, IncomingArticle]:
    wanted: dict[str, IncomingArticle] = {}
    for item in incomings:
        if item.article_id not in wanted or (item.article_title and wanted[item.article_id].title == item.article_id):
            wanted[item.article_id] = IncomingArticle(
                external_id=item.article_id,
                title=item.article_title or item.article_id,
                url=item.article_url,
                section=item.section,
            )
    return wanted


def _names_of(incomings: Sequence[Incoming]) -> dict[str, str | None]:
    names: dict[str, str | None] = {}
    for item in incomings:
        names[item.commenter_id] = item.commenter_name or names.get(item.commenter_id)
    return names


def _emails_of(incomings: Sequence[Incoming]) -> dict[str, str]:
    """The last that was given for each commenter."""
    return {item.commenter_id: item.commenter_email for item in incomings if item.commenter_email}


def _parents_first(fresh: dict[str, tuple[Incoming, Reading]]) -> list[tuple[Incoming, Reading]]:
    """PostgreSQL looks for a row's parent as it goes in, so one that stands later in the batch comes forward."""
    ordered: dict[str, tuple[Incoming, Reading]] = {}
    for start in fresh:
        chain: list[str] = []
        key: str | None = start
        while key is not None and key in fresh and key not in ordered and key not in chain:
            chain.append(key)
            key = fresh[key][0].parent_id
        for key in reversed(chain):
            ordered[key] = fresh[key]
    return list(ordered.values())


def _receipt_of(change: Change, policy: Policy) -> Receipt:
    new = change.new
    if new is None:
        raise ValueError("a receipt of this kind is for a new comment")
    incoming, decision = new.incoming, change.decision
    return Receipt(
        incoming.external_id,
        new.id,
        True,
        change.status,
        decision.outcome,
        decision.causes,
        decision.reasons,
        change.scores,
        policy.number,
        1,
        1,
        new.language,
        incoming.created_at,
    )


def _repeated(receipt: Receipt) -> Receipt:
    return receipt._replace(created=False)


@settled
def save_article(
    desk: Desk, caller: Caller, article: IncomingArticle, *, site: str | None = None
) -> tuple[Article, bool]:
    """Store an article or renew its title, address and section; True when it was made."""

    with desk.begin() as uow:
        at = desk.now()
        actor = authority.require(uow, caller, Permission.ARTICLES_SAVE, now=at)
        place = authority.site_for(uow, actor, site)
        known = uow.articles.by_external(place.id, article.external_id)
        before = None if known is None else uow.articles.get(known)
        saved, created = uow.articles.save(place.id, article, at=at)
        data: dict[str, object] = {"created": created}
        if before is not None:
            data["changed"] = [name for name in _OF_ARTICLE if getattr(saved, name) != getattr(before, name)]
        event = Event(
            type=EventType.ARTICLE_SAVED,
            actor=actor.name,
            subject=f"article:{saved.id}",
            at=at,
            data=data,
        )
        uow.log.append(place.id, [event])
        return saved, created
