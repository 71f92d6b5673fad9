"""What the use cases ask of storage. `db` satisfies these; nothing here knows SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from moderation.appeal import Appeal
from moderation.article import Article, Commenter, IncomingArticle, Record, Site
from moderation.audit import Event, Sealed
from moderation.checkpoint import Stored
from moderation.comment import Comment, Incoming, Revision, Status
from moderation.decision import Decision, Outcome, Reason, Recorded
from moderation.drift import ScoredCount
from moderation.engagement import InsightFilter, Insights, Period
from moderation.flag import Flag
from moderation.measure import Measure, Remark, Reporting
from moderation.model import ModelUse, RegisteredModel, ShadowTally
from moderation.opinion import Opinion, OwnOpinion
from moderation.pick import Pick
from moderation.policy import Policy
from moderation.queue import Card, Case, Entry, Facets, Order, QueueCounts, QueueFilter, RecentDecision, WatchList
from moderation.roles import Role, Staff
from moderation.score import Scores
from moderation.search import Batch, Chosen, Folded, Found, SearchFilter
from moderation.shift import Colleague, Handover, Read
from moderation.verification import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class NewComment:
    """A comment about to be stored, with what only the store needs."""

    id: int
    article_id: int
    section_id: int | None
    commenter_id: int
    parent_id: int | None
    salt: bytes
    folded: str
    fold: int
    language: str
    toxic: float
    incoming: Incoming


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDecision:
    """A decision about to be stored; `position` is its event's place in the site's log."""

    id: int
    comment_id: int
    comment_version: int
    decision: Decision
    staff_id: int | None
    inputs: str
    status_before: Status | None
    status_after: Status
    waited_ms: int | None
    undoes: int | None
    position: int
    batch_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePlace:
    id: int
    section_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Commenters by the site's id; those in `new` have no past to ask for."""

    ids: Mapping[str, int]
    new: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedItem:
    """What the site is told of one decision. `position` is the feed's cursor: it grows in the order of commits."""

    position: int
    external_id: str
    comment_id: int
    status: Status
    outcome: str
    reasons: tuple[str, ...]
    actor_kind: str
    version: int
    decided_at: datetime
    message: str = ""
    answers_appeal: bool = False
    undone_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyVersion:
    number: int
    created_at: datetime
    created_by: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    id: int
    site_id: int
    name: str
    prefix: str
    created_at: datetime
    created_by: str
    revoked_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """None means any. `people_only` leaves out what the policy did by itself."""

    actor: str | None = None
    type: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    people_only: bool = False
    comment_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogHead:
    """The stored head of one log: `root` is the Merkle tree hash over `size` leaves."""

    log_id: int
    origin: str
    size: int
    root: bytes
    frontier: bytes


class Sites(Protocol):
    def by_name(self, name: str) -> Site | None: ...
    def get(self, site_id: int) -> Site | None: ...
    def all(self) -> list[Site]: ...
    def add(self, site: Site, *, created_at: datetime) -> None: ...


class Articles(Protocol):
    def get(self, article_id: int) -> Article: ...
    def by_external(self, site_id: int, external_id: str) -> int | None:
        """The article's id."""
        ...

    def find(self, article_id: int) -> Article | None: ...
    def save(self, site_id: int, article: IncomingArticle, *, at: datetime) -> tuple[Article, bool]:
        """Store or renew; True when it was made."""
        ...

    def ensure(self, site_id: int, wanted: Mapping[str, IncomingArticle], *, at: datetime) -> dict[str, ArticlePlace]:
        """External id to place; those not known yet are made, those known are left as they are."""
        ...

    def traffic(self, article_ids: Iterable[int], *, since: datetime) -> dict[int, int]:
        """How many of each article's latest comments were written since then, counted up to `BUSIEST`."""
        ...

    def sections(self, site_id: int) -> list[tuple[int, str]]: ...
    def newest(self, site_id: int, *, limit: int) -> list[tuple[int, str]]: ...


class Commenters(Protocol):
    def get(self, commenter_id: int) -> Commenter | None: ...
    def by_external(self, site_id: int, external_id: str) -> Commenter | None: ...
    def named(self, site_id: int, words: Sequence[str], *, limit: int) -> list[Commenter]:
        """Whose folded name holds all of these folded words, in the order of their names."""
        ...

    def reporting(self, commenter: Commenter) -> Reporting: ...
    def add_measure(self, measure: Measure) -> None: ...
    def measure(self, measure_id: int) -> Measure | None: ...
    def measures(self, commenter_id: int) -> list[Measure]:
        """All that there ever were, newest first."""
        ...

    def deciding(self, commenter_ids: Iterable[int]) -> dict[int, list[Measure]]:
        """Those that are more than a warning, by commenter, whether in force or not: a comment may be of long ago."""
        ...

    def lift(self, measure: Measure) -> bool:
        """Store its end; False if it had been lifted already."""
        ...

    def ensure(self, site_id: int, wanted: Mapping[str, str | None], *, at: datetime) -> Known:
        """Makes those that are new; a name that is given renews the stored one."""
        ...

    def records(self, commenter_ids: Iterable[int]) -> dict[int, Record]: ...
    def repeats(self, pairs: Iterable[tuple[int, int]], *, since: datetime) -> dict[tuple[int, int], list[datetime]]:
        """(commenter id, fold) to when such comments were written, since then; absent means none."""
        ...


class CommenterNotes(Protocol):
    def add(self, remark: Remark) -> None: ...
    def of(self, commenter_id: int) -> list[Remark]:
        """Newest first."""
        ...

    def get(self, remark_id: int) -> Remark | None: ...
    def remove(self, remark_id: int) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What is stored of one commenter, as JSON values."""

    comments: list[dict[str, object]]
    reports: list[dict[str, object]]
    appeals: list[dict[str, object]]
    measures: list[dict[str, object]]
    notes: list[dict[str, object]]


class Personal(Protocol):
    def count(self, commenter_id: int) -> int:
        """Comments that are not erased."""
        ...

    def comments(self, commenter_id: int, *, limit: int) -> list[Comment]:
        """Of those, the first, as they stay until this transaction ends."""
        ...

    def held(self, found: Commenter) -> Held: ...
    def forget(self, found: Commenter, *, alias: str) -> None:
        """Name, id, notes and reports; `alias` takes the id's place."""
        ...


class Comments(Protocol):
    def get(self, comment_id: int) -> Comment | None: ...
    def locked(self, comment_id: int) -> Comment | None:
        """As it is now, and as it stays until this transaction ends."""
        ...

    def by_external(self, site_id: int, external_ids: Sequence[str]) -> dict[str, Comment]: ...
    def insert(self, site_id: int, rows: Sequence[tuple[NewComment, Status, bool]], *, at: datetime) -> None:
        """Rows of (comment, status, decided by machine); version and revision start at 1."""
        ...

    def advance(self, comment_id: int, *, seen_version: int, status: Status, by_machine: bool) -> bool:
        """Set the status and the next version, if the version is still the one seen."""
        ...

    def rewrite(
        self,
        comment: Comment,
        *,
        body: str,
        salt: bytes,
        folded: str,
        fold: int,
        language: str,
        toxic: float,
        at: datetime,
    ) -> None:
        """A new text; the old one becomes a revision. The version is left to `advance`."""
        ...

    def salt(self, comment_id: int) -> bytes | None: ...
    def erase(self, comment_id: int) -> None:
        """Drop the text, its revisions, what its author said in appeals, their salts, and what finds it."""
        ...

    def revisions(self, comment_id: int) -> tuple[Revision, ...]: ...
    def ancestors(self, comment_id: int, *, limit: int) -> list[int]:
        """Ids of what it answers, the nearest first."""
        ...

    def replies(self, comment_id: int) -> list[int]:
        """Ids of what answers it directly, the first first."""
        ...

    def add_scores(self, site_id: int, rows: Sequence[tuple[int, int, Scores]]) -> None:
        """Rows of (comment id, revision, scores)."""
        ...

    def scores(self, comment_id: int, revision: int) -> Scores | None: ...
    def scores_of(self, comments: Sequence[Comment]) -> dict[int, Scores]: ...
    def add_flags(self, site_id: int, rows: Sequence[tuple[int, int, Flag]]) -> int:
        """Rows of (flag id, comment id, flag); how many were new: one reader counts once a comment."""
        ...

    def flags(self, comment_id: int) -> tuple[Flag, ...]: ...
    def reports(self, comment_id: int, *, since: datetime | None = None) -> int:
        """How many readers reported it; `since` leaves out those up to then."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A person's decision on a text, for holding a model against it."""

    decision_id: int
    comment_id: int
    body: str
    language: str
    rejected: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowScored:
    """One text's scores by the model in the shadow, and what came of it by those of the model in use."""

    comment_id: int
    revision: int
    scores: Scores
    live: Outcome
    shadow: Outcome


class Decisions(Protocol):
    def insert(self, site_id: int, rows: Sequence[NewDecision], *, at: datetime) -> None: ...
    def get(self, decision_id: int) -> Recorded | None: ...
    def latest(self, comment_ids: Sequence[int]) -> dict[int, Recorded]: ...
    def verdict(self, comment_id: int) -> Recorded | None:
        """The last decision that was not taken back."""
        ...

    def recent(self, site_id: int, staff_id: int, *, limit: int) -> list[RecentDecision]: ...
    def after(self, site_id: int, position: int, *, limit: int) -> list[FeedItem]: ...
    def of_batch(self, batch_id: int) -> list[Recorded]:
        """Those that stand and are their comment's last, in the order in which they were made."""
        ...

    def count_of_batch(self, batch_id: int) -> int: ...
    def judged(self, site_id: int | None, *, before: int | None, limit: int) -> list[Judged]:
        """People's decisions that stand and whose text has not changed since, newest first, from below the id `before`.

        None as site is every site; none of a comment that was erased.
        """
        ...


class Queue(Protocol):
    def add_new(self, entries: Sequence[Entry]) -> None: ...
    def add(self, entry: Entry) -> None:
        """Insert, or renew the place of a comment that already waits; its time of entry and its claim stay."""
        ...

    def remove(self, comment_id: int) -> None: ...
    def get(self, comment_id: int) -> Entry | None: ...
    def claim(self, comment_id: int, *, staff_id: int, until: datetime, now: datetime) -> bool:
        """Lease one comment, if it waits and is free. A person holds one at a time: any other is let go."""
        ...

    def claim_next(
        self,
        site_id: int,
        *,
        staff_id: int,
        where: QueueFilter,
        order: Order,
        until: datetime,
        now: datetime,
        leaving: int | None = None,
    ) -> int | None:
        """The comment's id: what this person holds already, else what another let lapse, else the free one that comes
        first in this order; never the one they are `leaving`."""
        ...

    def release(self, staff_id: int, *, except_for: int | None = None) -> int: ...
    def skip(self, site_id: int, comment_id: int, *, staff_id: int, now: datetime, until: datetime) -> None: ...
    def unskip(self, comment_id: int, *, staff_id: int | None = None) -> None:
        """None as person is everyone."""
        ...

    def bring_back(self, site_id: int, *, staff_id: int, until: datetime) -> int:
        """Forget this person's skips that would end by then; how many there were."""
        ...

    def counts(self, site_id: int, *, staff_id: int, where: QueueFilter, now: datetime) -> QueueCounts: ...
    def facets(self, site_id: int) -> Facets: ...


class Watches(Protocol):
    def of(self, site_id: int, staff_id: int) -> WatchList: ...
    def replace(self, site_id: int, staff_id: int, *, article_ids: Sequence[int], section_ids: Sequence[int]) -> None:
        """What is not of the site is left out."""
        ...


class Opinions(Protocol):
    """Open ones: neither withdrawn nor settled, and on the comment's present text."""

    def add(self, opinion: Opinion) -> None: ...
    def on(self, comment_id: int) -> tuple[Opinion, ...]:
        """Oldest first."""
        ...

    def open(self, opinion_id: int) -> Opinion | None: ...
    def of(self, site_id: int, staff_id: int, *, limit: int) -> list[OwnOpinion]:
        """Newest first."""
        ...

    def withdraw(self, opinion_id: int, *, at: datetime) -> bool:
        """False if it is not open any more."""
        ...

    def settle(self, comment_id: int, *, by: int) -> None:
        """All open ones, by the decision of this id."""
        ...

    def unsettle(self, decision_id: int) -> None: ...


class Appeals(Protocol):
    def add(self, appeal: Appeal, *, salt: bytes) -> None: ...
    def open_on(self, comment_id: int) -> Appeal | None:
        """Not settled, and on the comment's present text."""
        ...

    def against(self, decision_id: int) -> Appeal | None: ...
    def last(self, comment_id: int) -> Appeal | None: ...
    def settle(self, comment_id: int, *, by: int) -> None:
        """Whatever is open, by the decision of this id."""
        ...

    def unsettle(self, decision_id: int) -> None: ...


class Picks(Protocol):
    """What is picked: the present text was, and readers see it."""

    def among(self, comment_ids: Sequence[int]) -> set[int]: ...
    def of_article(self, article_id: int, *, limit: int) -> list[Pick]:
        """Newest first."""
        ...

    def add(self, comment: Comment, *, by: str, at: datetime) -> None: ...
    def drop(self, comment_id: int) -> None: ...


class Shifts(Protocol):
    def reads(self, site_id: int, staff_id: int, *, since: datetime, limit: int) -> list[Read]:
        """One's own decisions since then, newest first; what took another back is none."""
        ...

    def colleagues(self, site_id: int, staff_id: int, *, now: datetime) -> list[Colleague]:
        """Whoever else holds a comment of the site."""
        ...

    def add_handover(self, site_id: int, left: Handover) -> None: ...
    def handovers(self, site_id: int, *, since: datetime, limit: int) -> list[Handover]:
        """Newest first."""
        ...


class Cards(Protocol):
    def case(self, comment_id: int) -> Case | None: ...
    def card(self, comment_id: int, *, staff_id: int, now: datetime) -> Card | None:
        """`card.claimed` says whether this person holds it now."""
        ...


class Policies(Protocol):
    def active(self, site_id: int) -> Policy: ...
    def add(self, policy: Policy, *, by: str, note: str, at: datetime) -> None: ...
    def history(self, site_id: int) -> list[PolicyVersion]: ...


class Search(Protocol):
    def page(self, site_id: int, where: SearchFilter, *, before: int | None, limit: int) -> list[Found]:
        """Newest arrivals first, from below the comment id `before`; none that is erased."""
        ...

    def spread(self, site_id: int, where: SearchFilter, *, limit: int) -> list[tuple[float, Status]]:
        """Score and status of the newest that fit."""
        ...

    def choose(self, site_id: int, where: SearchFilter, *, limit: int) -> list[Chosen]:
        """The same comments, as a batch takes them."""
        ...

    def rows(self, comment_ids: Sequence[int]) -> list[Found]:
        """These, newest arrivals first."""
        ...

    def folded(self, site_id: int, *, status: Status | None, limit: int) -> list[Folded]:
        """Newest arrivals first; None as status is any but erased."""
        ...


class Batches(Protocol):
    def add(self, batch: Batch) -> None: ...
    def get(self, batch_id: int) -> Batch | None: ...
    def recent(self, site_id: int, *, actor: str | None, limit: int) -> list[Batch]:
        """Newest first, without those that took another back."""
        ...


class Unscored(NamedTuple):
    """A text whose score is an older model's; a tuple, as a million of them are made in seconds."""

    comment_id: int
    revision: int
    body: str


class Scored(NamedTuple):
    comment_id: int
    revision: int
    scores: Scores


class Rescoring(Protocol):
    def count(self, site_id: int, *, model: str) -> int:
        """Present texts that are not erased and whose score is not the model's."""
        ...

    def page(self, site_id: int, *, model: str, after: int, limit: int) -> list[Unscored]:
        """Of those, by id, from above the id `after`."""
        ...

    def store(self, rows: Sequence[Scored]) -> None: ...
    def waiting(self, first: int, last: int) -> list[Entry]:
        """Whatever waits between the two ids, both included; another site's, too."""
        ...

    def rank(self, entries: Sequence[Entry]) -> None:
        """New label, score and priority; when they came in and who holds them stays."""
        ...


class Models(Protocol):
    def add(self, model: RegisteredModel, files: Mapping[str, bytes]) -> None: ...
    def get(self, version: str) -> RegisteredModel | None: ...
    def all(self) -> list[RegisteredModel]:
        """Newest first."""
        ...

    def files(self, version: str) -> dict[str, bytes]: ...
    def in_use(self) -> ModelUse: ...
    def uses(self, *, limit: int) -> list[ModelUse]:
        """Newest first."""
        ...

    def use(self, use: ModelUse) -> None:
        """Contention if another transaction has taken the number."""
        ...

    def add_shadow_scores(self, site_id: int, rows: Sequence[ShadowScored], *, at: datetime) -> None: ...
    def shadow_tally(self, version: str, *, site_id: int | None) -> ShadowTally: ...
    def scored(self, site_id: int, bounds: Sequence[datetime]) -> list[ScoredCount]:
        """Comments that are not erased, by when they were written; a week lies between neighbouring bounds."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactor:
    """`sealed`: the encrypted secret; `last_step`: of the last code that counted."""

    sealed: bytes
    confirmed: bool
    last_step: int


class Factors(Protocol):
    def of(self, staff_id: int) -> SecondFactor | None: ...
    def put(self, staff_id: int, *, sealed: bytes) -> None:
        """In place of any other, and not confirmed yet."""
        ...

    def confirm(self, staff_id: int, *, codes: Sequence[str]) -> None:
        """`codes`: hashes of the recovery codes."""
        ...

    def advance(self, staff_id: int, *, seen: int, to: int) -> bool:
        """False if another sign-in has used a code meanwhile."""
        ...

    def spend(self, staff_id: int, code_hash: str, *, at: datetime) -> bool:
        """Whether it was an unused recovery code; it is used then."""
        ...

    def codes_left(self, staff_id: int) -> int: ...
    def drop(self, staff_id: int) -> None: ...
    def add_challenge(self, token_hash: str, staff_id: int, *, expires_at: datetime, now: datetime) -> None: ...
    def challenged(self, token_hash: str, *, now: datetime) -> Staff | None: ...
    def close_challenge(self, token_hash: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    token_hash: str
    address: str
    created_at: datetime
    seen_at: datetime


class Accounts(Protocol):
    def staff_of_session(
        self, token_hash: str, *, now: datetime, idle_since: datetime
    ) -> tuple[Staff, datetime] | None:
        """An active person whose session is neither expired nor idle since then, and when it was last seen."""
        ...

    def touch_session(self, token_hash: str, *, now: datetime) -> None: ...
    def open_session(
        self, token_hash: str, staff_id: int, *, address: str, now: datetime, expires_at: datetime
    ) -> None: ...
    def sessions(self, staff_id: int, *, now: datetime, idle_since: datetime) -> list[OpenSession]:
        """Neither expired nor idle, the one seen last first."""
        ...

    def close_session(self, token_hash: str) -> None: ...
    def close_sessions_of(self, staff_id: int, *, except_for: str = "") -> None: ...
    def admins(self) -> list[Staff]:
        """The active ones, who stay so until this transaction ends."""
        ...

    def by_name(self, name: str) -> Staff | None: ...
    def password_of(self, staff_id: int) -> str | None: ...
    def all(self) -> list[Staff]: ...
    def add(self, person: Staff, *, password: str | None, at: datetime) -> None: ...
    def set_role(self, staff_id: int, role: Role) -> None: ...
    def set_active(self, staff_id: int, active: bool) -> None: ...
    def set_password(self, staff_id: int, password: str) -> None: ...
    def set_language(self, staff_id: int, language: str) -> None: ...
    def set_blurs(self, staff_id: int, blurs: bool) -> None: ...
    def add_link(self, token_hash: str, staff_id: int, *, expires_at: datetime) -> None: ...
    def use_link(self, token_hash: str, *, now: datetime) -> Staff | None:
        """Whose link it was, if it is unused and unexpired; it is spent then."""
        ...

    def failures(self, subject: str, *, since: datetime) -> int: ...
    def add_failure(self, failure_id: int, subject: str, *, at: datetime, forget_before: datetime) -> None: ...
    def clear_failures(self, subject: str) -> None: ...
    def key(self, secret_hash: str) -> ApiKey | None: ...
    def touch_key(self, key_id: int, *, now: datetime) -> None: ...
    def keys(self, site_id: int) -> list[ApiKey]: ...
    def key_by_id(self, key_id: int) -> ApiKey | None: ...
    def add_key(self, key: ApiKey, *, secret_hash: str) -> None: ...
    def revoke_key(self, key_id: int, *, at: datetime) -> None: ...


class Log(Protocol):
    def open(self, log_id: int, *, origin: str) -> None: ...
    def append(self, log_id: int, events: Sequence[Event]) -> list[Sealed]:
        """Seal the events at the end of the log. Locks the log's head until the transaction ends."""
        ...

    def heads(self) -> list[LogHead]: ...
    def root_after(self, log_id: int, position: int) -> bytes | None:
        """The root that is stored with the event there."""
        ...

    def place_of(self, decision_id: int) -> tuple[int, int] | None:
        """The log and the position of the event that tells of the decision."""
        ...

    def page(self, log_id: int, where: EventFilter, *, before: int | None, limit: int) -> list[Sealed]:
        """Newest first."""
        ...

    def stream(self, log_id: int, where: EventFilter, *, until: int | None = None) -> Iterator[Sealed]:
        """In order of position, up to but without `until`; without holding them all."""
        ...

    def rows(self, log_id: int) -> Iterator[Row]:
        """All there are, as they are, in order of position."""
        ...

    def event(self, log_id: int, position: int) -> Sealed | None: ...
    def leaves(self, log_id: int, *, until: int) -> Iterator[bytes]:
        """The events' hashes, in order of position."""
        ...

    def checkpoints(self, log_id: int, *, after: int = -1) -> list[Stored]:
        """Those of more than `after` events, smallest first."""
        ...

    def newest_checkpoint(self, log_id: int) -> Stored | None: ...

    def checkpoint(self, log_id: int, size: int) -> Stored | None: ...
    def add_checkpoint(self, made: Stored) -> None: ...

    def actors(self, log_id: int) -> list[str]: ...


class InsightStore(Protocol):
    def insights(self, site_id: int, period: Period, where: InsightFilter) -> Insights: ...


class UnitOfWork(Protocol):
    """One transaction. Leaving the block commits; an exception rolls back."""

    sites: Sites
    articles: Articles
    commenters: Commenters
    commenter_notes: CommenterNotes
    personal: Personal
    comments: Comments
    decisions: Decisions
    queue: Queue
    watches: Watches
    opinions: Opinions
    appeals: Appeals
    shifts: Shifts
    picks: Picks
    cards: Cards
    policies: Policies
    models: Models
    rescoring: Rescoring
    search: Search
    batches: Batches
    accounts: Accounts
    factors: Factors
    log: Log
    insights: InsightStore


Begin = Callable[[], AbstractContextManager[UnitOfWork]]


class Codes(Protocol):
    """Time-based one-time passwords, and the safe for their secrets."""

    def new_secret(self) -> str: ...
    def address(self, secret: str, name: str) -> str: ...
    def sealed(self, secret: str) -> bytes: ...
    def opened(self, sealed: bytes) -> str: ...
    def step(self, secret: str, code: str, *, at: datetime, after: int) -> int | None:
        """The time step whose code it is, if it is near now and after that one."""
        ...


class Passwords(Protocol):
    def hash(self, password: str) -> str: ...
    def verify(self, hashed: str | None, password: str) -> bool:
        """None fits no password, and takes as long to say so."""
        ...
