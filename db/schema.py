"""The tables. Every table that a site owns carries its site, so that sites can later be spread over servers.

Stored words (statuses, outcomes, roles) are for ever: retired, never renamed or reused. The migrations are the
record of how a database came to this shape; a test holds the two equal.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
    true,
)

from db.types import Id, Instant
from moderation.comment import MAX_EMAIL, MAX_ID, MAX_NAME, MAX_TITLE, MAX_URL, Status
from moderation.decision import Outcome
from moderation.flag import FlagKind
from moderation.limits import LimitKind
from moderation.measure import MeasureKind
from moderation.model import MAX_VERSION
from moderation.queue import Watched
from moderation.retention import Kind
from moderation.roles import Role
from moderation.score import LABELS

DESK_MEASURES = (
    "machine", "people", "arrived", "left", "said_approve", "said_hold", "said_reject", "looked_approve", "looked_hold",
    "looked_reject", "overruled_approve", "overruled_hold", "overruled_reject",
)  # fmt: skip

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def _one_of(column: str, words: type[StrEnum]) -> CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def _only(condition: str) -> dict[str, Any]:
    """A partial index, on both databases."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


def _trigrams(name: str, column: Column[Any]) -> None:
    """PostgreSQL's index of trigrams; SQLite has an FTS5 table instead."""
    Index(name, column, postgresql_using="gin", postgresql_ops={column.name: "gin_trgm_ops"}).ddl_if(
        dialect="postgresql"
    )


# On SQLite what these refer to is looked for at the commit and not with each row: of a statement that may fail at its
# hundredth row SQLite would keep a copy of all that it changes (docs/decisions/0049). PostgreSQL would look while it
# holds the log's head, for which others wait.
LATE = frozenset({"comments", "search_texts", "scores", "decisions", "audit_events"})


def _site() -> Column[int]:
    return Column("site_id", Id, ForeignKey("sites.id"), nullable=False)


def _id() -> Column[int]:
    return Column("id", Id, primary_key=True, autoincrement=False)


sites = Table(
    "sites",
    metadata,
    _id(),
    Column("name", String(MAX_NAME), nullable=False, unique=True),
    Column("title", String(MAX_TITLE), nullable=False),
    Column("language", String(8), nullable=False),
    Column("time_zone", String(64), nullable=False),
    Column("created_at", Instant, nullable=False),
)

sections = Table(
    "sections",
    metadata,
    _id(),
    _site(),
    Column("name", String(MAX_NAME), nullable=False),
    UniqueConstraint("site_id", "name"),
)

articles = Table(
    "articles",
    metadata,
    _id(),
    _site(),
    Column("external_id", String(MAX_ID), nullable=False),
    Column("title", String(MAX_TITLE), nullable=False),
    Column("url", String(MAX_URL), nullable=False),
    Column("section_id", Id, ForeignKey("sections.id")),
    Column("published_at", Instant),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("site_id", "external_id"),
)

commenters = Table(
    "commenters",
    metadata,
    _id(),
    _site(),
    Column("external_id", String(MAX_ID), nullable=False),
    Column("name", String(MAX_NAME), nullable=False),
    Column("folded", Text, nullable=False),
    Column("first_seen_at", Instant, nullable=False),
    UniqueConstraint("site_id", "external_id"),
    # Frequent names are looked for within this index, which holds all that the question needs.
    Index("ix_commenters_folded", "site_id", "folded", "id"),
)
# Rare ones by their trigrams; SQLite has the FTS5 table `names_index`, as for comments.
_trigrams("ix_commenters_trigrams", commenters.c.folded)

# How many comments of theirs are what, and how many were reported (db/stores/_records.py).
commenter_records = Table(
    "commenter_records",
    metadata,
    Column("commenter_id", Id, ForeignKey("commenters.id"), primary_key=True, autoincrement=False),
    _site(),
    Column("visible", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
    Column("pending", Integer, nullable=False),
    Column("reported", Integer, nullable=False),
)

measures = Table(
    "measures",
    metadata,
    _id(),
    _site(),
    Column("commenter_id", Id, ForeignKey("commenters.id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("reason", String(32), nullable=False),
    Column("note", Text, nullable=False),
    Column("set_by", String(MAX_NAME), nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("until", Instant),
    Column("lifted_at", Instant),
    Column("lifted_by", String(MAX_NAME)),
    # On all sites of the desk, against whoever is the same person there.
    Column("everywhere", Boolean(name="everywhere"), nullable=False),
    _one_of("kind", MeasureKind),
    Index("ix_measures_commenter", "commenter_id", "id"),
    Index("ix_measures_everywhere", "commenter_id", **_only("everywhere")),
)

# Apart from the commenters, of whom most have none: who may not see an address is never near one.
commenter_emails = Table(
    "commenter_emails",
    metadata,
    Column("commenter_id", Id, ForeignKey("commenters.id"), primary_key=True, autoincrement=False),
    _site(),
    Column("address", String(MAX_EMAIL), nullable=False),
    Column("domain", String(MAX_EMAIL), nullable=False),
    Index("ix_commenter_emails_domain", "site_id", "domain"),
    Index("ix_commenter_emails_address", "address"),
)

domain_measures = Table(
    "domain_measures",
    metadata,
    _id(),
    _site(),
    Column("domain", String(MAX_EMAIL), nullable=False),
    Column("everywhere", Boolean(name="everywhere"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("reason", String(32), nullable=False),
    Column("note", Text, nullable=False),
    Column("set_by", String(MAX_NAME), nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("until", Instant),
    Column("lifted_at", Instant),
    Column("lifted_by", String(MAX_NAME)),
    _one_of("kind", MeasureKind),
    Index("ix_domain_measures_domain", "domain", "id"),
)

# As a question must say it word by word: SQLite takes a partial index only where its very condition is asked.
ADVERSE = "outcome != 'approve' OR reasons != ''"
SELDOM = "type != 'comment:submitted'"
HIDDEN = "status IN ('erased', 'pending', 'rejected')"
AWAITING = "parent_id IS NULL AND parent_external_id IS NOT NULL"

comments = Table(
    "comments",
    metadata,
    _id(),
    _site(),
    Column("article_id", Id, ForeignKey("articles.id"), nullable=False),
    Column("section_id", Id, ForeignKey("sections.id")),
    Column("commenter_id", Id, ForeignKey("commenters.id"), nullable=False),
    Column("external_id", String(MAX_ID), nullable=False),
    Column("parent_id", Id, ForeignKey("comments.id")),
    Column("parent_external_id", String(MAX_ID)),
    Column("body", Text, nullable=False),
    Column("salt", LargeBinary(16)),
    # The first 63 bits of a hash of the folded text: equal texts of one commenter are found without reading them.
    Column("fold", Id, nullable=False),
    Column("language", String(8), nullable=False),
    Column("status", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    # What its scores say, which every count of comments asks for (moderation/score.py).
    Column("civil", Boolean(name="civil"), nullable=False, server_default=true()),
    Column("decided_by_machine", Boolean(name="decided_by_machine"), nullable=False),
    # What it says to the newsroom, as bits (moderation/text/asking.py).
    Column("asks", Integer, nullable=False, server_default="0"),
    Column("created_at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("edited_at", Instant),
    # Of what is erased, where it goes on to count as what it was (moderation/comment.py).
    Column("counts_as", String(16)),
    UniqueConstraint("site_id", "external_id"),
    _one_of("status", Status),
    CheckConstraint("version >= 1", name="version"),
    # With their articles, so that what was usual of each is counted of it alone (insights/talk.py).
    Index("ix_comments_site_created", "site_id", "created_at", "article_id"),
    # Tells equal texts since a moment, and which of them all have a status.
    Index("ix_comments_commenter", "commenter_id", "created_at", "status", "fold"),
    Index("ix_comments_parent", "parent_id", **_only("parent_id IS NOT NULL")),
    # Replies that came before what they answer, by the name that they call it by.
    Index("ix_comments_awaiting", "site_id", "parent_external_id", **_only(AWAITING)),
    # How busy an article was lately is told by it alone.
    Index("ix_comments_article", "article_id", "id", "created_at"),
    # What readers do not see is a small part of all, and what a search asks for most.
    # An index for each: SQLite takes a partial one only where the query says its very condition.
    Index("ix_comments_pending", "site_id", "id", **_only("status = 'pending'")),
    Index("ix_comments_rejected", "site_id", "id", **_only("status = 'rejected'")),
    # A commenter's comments that readers do not see, by status: a tenth of what the index on all of theirs is read for.
    Index("ix_comments_hidden", "commenter_id", "status", "created_at", **_only(HIDDEN)),
    Index("ix_comments_counts_as", "commenter_id", **_only("counts_as IS NOT NULL")),
    Index("ix_comments_language", "site_id", "language", "id"),
    Index("ix_comments_asks", "site_id", "created_at", **_only("asks > 0")),
    # Holds all that the search for threads that turn asks first.
    Index(
        "ix_comments_replies", "site_id", "created_at", "parent_id", "status", "civil", **_only("parent_id IS NOT NULL")
    ),
)

# The folded text of every comment that is not erased. PostgreSQL finds in it by the index of trigrams; SQLite
# has the FTS5 table `search_index` beside it, which SQLAlchemy does not know, and the list of what is to go into it
# (db/stores/_findable.py).
search_texts = Table(
    "search_texts",
    metadata,
    Column("comment_id", Id, ForeignKey("comments.id"), primary_key=True, autoincrement=False),
    Column("folded", Text, nullable=False),
)
_trigrams("ix_search_texts_folded", search_texts.c.folded)

revisions = Table(
    "revisions",
    metadata,
    Column("comment_id", Id, ForeignKey("comments.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    _site(),
    Column("body", Text, nullable=False),
    Column("salt", LargeBinary(16)),
    Column("replaced_at", Instant, nullable=False),
)

_HIGHEST = ", ".join((*LABELS, "reject"))
# Of comments that more likely than not are something, or not to be shown: few, and what a search by scores asks for.
HIGH_FROM = 0.5
HIGH = {
    "sqlite": text(f"max({_HIGHEST}) >= {HIGH_FROM}"),
    "postgresql": text(f"greatest({_HIGHEST}) >= {HIGH_FROM}"),
}
scores = Table(
    "scores",
    metadata,
    Column("comment_id", Id, ForeignKey("comments.id"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    _site(),
    Column("model", String(MAX_VERSION), nullable=False),
    *[Column(label, Float, nullable=False) for label in LABELS],
    Column("reject", Float, nullable=False),
    Index(
        "ix_scores_high",
        "site_id",
        "comment_id",
        *LABELS,
        "reject",
        sqlite_where=HIGH["sqlite"],
        postgresql_where=HIGH["postgresql"],
    ),
)

# What a model in the shadow made of a comment, and what the policy made of it by the scores of both.
shadow_scores = Table(
    "shadow_scores",
    metadata,
    Column("model", String(MAX_VERSION), ForeignKey("models.version"), primary_key=True),
    Column("comment_id", Id, ForeignKey("comments.id"), primary_key=True, autoincrement=False),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    _site(),
    *[Column(label, Float, nullable=False) for label in LABELS],
    Column("reject", Float, nullable=False),
    Column("live_outcome", String(16), nullable=False),
    Column("shadow_outcome", String(16), nullable=False),
    Column("scored_at", Instant, nullable=False),
    _one_of("live_outcome", Outcome),
    _one_of("shadow_outcome", Outcome),
)

flags = Table(
    "flags",
    metadata,
    _id(),
    _site(),
    Column("comment_id", Id, ForeignKey("comments.id"), nullable=False),
    # The comment's: an article's reports over years are counted without looking up each comment.
    Column("article_id", Id, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("reason", String(32), nullable=False),
    Column("source", String(MAX_ID), nullable=False),
    Column("note", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("comment_id", "kind", "source"),
    _one_of("kind", FlagKind),
    Index("ix_flags_source", "site_id", "source"),
    # With all that charts of reports ask.
    Index("ix_flags_created", "site_id", "created_at", "kind", "source"),
    Index("ix_flags_article", "article_id", "kind", "created_at"),
)

batches = Table(
    "batches",
    metadata,
    _id(),
    _site(),
    Column("actor", String(MAX_NAME), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("reasons", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("undoes", Id, ForeignKey("batches.id")),
    Column("created_at", Instant, nullable=False),
    _one_of("outcome", Outcome),
    Index("ix_batches_site", "site_id", "id"),
    Index("ix_batches_undoes", "undoes", **_only("undoes IS NOT NULL")),
)

_OF_SHIFTS = ("staff_id", "decided_at", "site_id", "outcome", "harsh", "undoes", "comment_id", "id")
decisions = Table(
    "decisions",
    metadata,
    _id(),
    _site(),
    Column("comment_id", Id, ForeignKey("comments.id"), nullable=False),
    Column("comment_version", Integer, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("causes", Text, nullable=False),
    Column("reasons", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("actor", String(MAX_NAME), nullable=False),
    Column("staff_id", Id, ForeignKey("staff.id")),
    Column("note", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("review", Boolean(name="review"), nullable=False),
    Column("inputs", Text, nullable=False),
    Column("status_before", String(16)),
    Column("status_after", String(16), nullable=False),
    Column("waited_ms", Id),
    Column("undoes", Id, ForeignKey("decisions.id")),
    Column("batch_id", Id, ForeignKey("batches.id")),
    Column("position", Id, nullable=False),
    Column("decided_at", Instant, nullable=False),
    # Of a person's decision: whether its text was harsh by then (moderation/shift.py). NULL before version 0023.
    Column("harsh", Boolean(name="harsh")),
    UniqueConstraint("comment_id", "comment_version"),
    UniqueConstraint("site_id", "position"),
    _one_of("outcome", Outcome),
    Index("ix_decisions_site_decided", "site_id", "decided_at"),
    Index("ix_decisions_staff", "staff_id", "id", **_only("staff_id IS NOT NULL")),
    # What one person did in a period, of all that a site decided then; everybody's shifts are read of it alone.
    Index("ix_decisions_person", *_OF_SHIFTS, **_only("staff_id IS NOT NULL")),
    Index("ix_decisions_undoes", "undoes", unique=True, **_only("undoes IS NOT NULL")),
    # What a person wrote within a decision is little, and goes after its period.
    Index("ix_decisions_words", "site_id", "decided_at", **_only("note != '' OR message != ''")),
    Index("ix_decisions_batch", "batch_id", "id", **_only("batch_id IS NOT NULL")),
    # Holds and rejections by their place in the log, which is asked for them and their reasons.
    Index("ix_decisions_adverse", "site_id", "position", "outcome", "reasons", **_only(ADVERSE)),
)

queue = Table(
    "queue",
    metadata,
    Column("comment_id", Id, ForeignKey("comments.id"), primary_key=True, autoincrement=False),
    _site(),
    Column("article_id", Id, nullable=False),
    Column("section_id", Id),
    Column("language", String(8), nullable=False),
    Column("top_label", String(16), nullable=False),
    Column("top_score", Float, nullable=False),
    # The overall score, and how far it is from a toss-up.
    Column("reject", Float, nullable=False),
    Column("doubt", Float, nullable=False),
    # When it came, less its points (moderation/queue.py): a plain ascending index is in the order of the queue.
    Column("rank", Integer, nullable=False),
    Column("factors", Text, nullable=False),
    Column("entered_at", Instant, nullable=False),
    Column("claimed_by", Id, ForeignKey("staff.id")),
    Column("claimed_until", Instant),
    # Claim-next reads the first row of this index; without it a claim walks the whole queue.
    Index("ix_queue_waiting", "site_id", "rank", "comment_id", **_only("claimed_by IS NULL")),
    Index("ix_queue_arrived", "site_id", "comment_id", **_only("claimed_by IS NULL")),
    Index("ix_queue_reject", "site_id", "reject", "comment_id", **_only("claimed_by IS NULL")),
    Index("ix_queue_doubt", "site_id", "doubt", "comment_id", **_only("claimed_by IS NULL")),
    Index("ix_queue_article", "article_id", "rank", "comment_id", **_only("claimed_by IS NULL")),
    Index("ix_queue_claimed", "claimed_by", **_only("claimed_by IS NOT NULL")),
    Index("ix_queue_entered", "site_id", "entered_at"),
)

skips = Table(
    "skips",
    metadata,
    Column("staff_id", Id, ForeignKey("staff.id"), primary_key=True),
    Column("comment_id", Id, ForeignKey("comments.id"), primary_key=True),
    _site(),
    Column("until", Instant, nullable=False),
)

opinions = Table(
    "opinions",
    metadata,
    _id(),
    _site(),
    Column("comment_id", Id, ForeignKey("comments.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("staff_id", Id, ForeignKey("staff.id"), nullable=False),
    Column("actor", String(MAX_NAME), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("reasons", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("given_at", Instant, nullable=False),
    Column("withdrawn_at", Instant),
    Column("settled_by", Id, ForeignKey("decisions.id")),
    _one_of("outcome", Outcome),
    Index("ix_opinions_open", "comment_id", **_only("withdrawn_at IS NULL AND settled_by IS NULL")),
    Index("ix_opinions_staff", "staff_id", **_only("withdrawn_at IS NULL AND settled_by IS NULL")),
    Index("ix_opinions_settled", "settled_by", **_only("settled_by IS NOT NULL")),
    Index("ix_opinions_given", "site_id", "given_at"),
)

appeals = Table(
    "appeals",
    metadata,
    _id(),
    _site(),
    Column("comment_id", Id, ForeignKey("comments.id"), nullable=False),
    Column("decision_id", Id, ForeignKey("decisions.id"), nullable=False, unique=True),
    Column("revision", Integer, nullable=False),
    # Who made the decision; the answer is another person's.
    Column("against", Id, ForeignKey("staff.id")),
    Column("text", Text, nullable=False),
    Column("salt", LargeBinary(16)),
    Column("opened_at", Instant, nullable=False),
    Column("settled_by", Id, ForeignKey("decisions.id")),
    Index("ix_appeals_comment", "comment_id", "id"),
    Index("ix_appeals_settled", "settled_by", **_only("settled_by IS NOT NULL")),
    Index("ix_appeals_site", "site_id", "opened_at"),
)

# What colleagues should know of a commenter.
commenter_notes = Table(
    "commenter_notes",
    metadata,
    _id(),
    _site(),
    Column("commenter_id", Id, ForeignKey("commenters.id"), nullable=False),
    Column("text", Text, nullable=False),
    Column("actor", String(MAX_NAME), nullable=False),
    Column("left_at", Instant, nullable=False),
    Index("ix_commenter_notes_commenter", "commenter_id", "id"),
)

picks = Table(
    "picks",
    metadata,
    Column("comment_id", Id, ForeignKey("comments.id"), primary_key=True, autoincrement=False),
    _site(),
    Column("article_id", Id, ForeignKey("articles.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("actor", String(MAX_NAME), nullable=False),
    Column("picked_at", Instant, nullable=False),
    Index("ix_picks_article", "article_id", "picked_at"),
    Index("ix_picks_picked", "site_id", "picked_at"),
)

# What the newsroom notes on a day of its calendar, to be seen above the charts.
pins = Table(
    "pins",
    metadata,
    _id(),
    _site(),
    Column("day", String(10), nullable=False),
    Column("text", Text, nullable=False),
    Column("actor", String(MAX_NAME), nullable=False),
    Column("made_at", Instant, nullable=False),
    Index("ix_pins_day", "site_id", "day"),
)

handovers = Table(
    "handovers",
    metadata,
    _id(),
    _site(),
    Column("actor", String(MAX_NAME), nullable=False),
    Column("note", Text, nullable=False),
    Column("left_at", Instant, nullable=False),
    Index("ix_handovers_site", "site_id", "id"),
)

# How long a kind of data is kept, where somebody chose; 0 days are for ever.
retention = Table(
    "retention",
    metadata,
    Column("kind", String(32), primary_key=True),
    Column("days", Integer, nullable=False),
    Column("set_by", String(MAX_NAME), nullable=False),
    Column("set_at", Instant, nullable=False),
    _one_of("kind", Kind),
    CheckConstraint("days >= 0", name="days"),
)

watches = Table(
    "watches",
    metadata,
    Column("staff_id", Id, ForeignKey("staff.id"), primary_key=True),
    _site(),
    Column("kind", String(16), primary_key=True),
    Column("item_id", Id, primary_key=True),
    _one_of("kind", Watched),
)

# Up to which place of a site's log its charts are counted beforehand, and by whose calendar. `until` is set while they
# are being counted anew: what was written before it is done. Derived from the rest of the database, like the tallies.
rollups = Table(
    "rollups",
    metadata,
    Column("site_id", Id, ForeignKey("sites.id"), primary_key=True, autoincrement=False),
    Column("position", Id, nullable=False),
    Column("zone", String(64), nullable=False),
    Column("form", Integer, nullable=False),
    Column("until", Instant),
)

# Comments by hour and day, and by article with day and month; 0 is no section, and no article in hours and days.
comment_tallies = Table(
    "comment_tallies",
    metadata,
    Column("site_id", Id, ForeignKey("sites.id"), primary_key=True, autoincrement=False),
    Column("kind", String(16), primary_key=True),
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    Column("section_id", Id, primary_key=True, autoincrement=False),
    Column("article_id", Id, primary_key=True, autoincrement=False),
    Column("language", String(8), primary_key=True),
    Column("status", String(16), primary_key=True),
    Column("comments", Integer, nullable=False),
    Column("civil", Integer, nullable=False),
    Column("replies", Integer, nullable=False),
    Column("characters", Id, nullable=False),
    Column("machine", Integer, nullable=False),
    Column("waiting", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# Comments of articles by day and month, whatever their language and status: a twentieth of the rows for charts that ask
# for neither. 0 is no section.
article_tallies = Table(
    "article_tallies",
    metadata,
    Column("site_id", Id, ForeignKey("sites.id"), primary_key=True, autoincrement=False),
    Column("kind", String(16), primary_key=True),
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    Column("section_id", Id, primary_key=True, autoincrement=False),
    Column("article_id", Id, primary_key=True, autoincrement=False),
    Column("comments", Integer, nullable=False),
    Column("civil", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# Rejected comments by the reasons of the decision in force, as that says them.
reason_tallies = Table(
    "reason_tallies",
    metadata,
    Column("site_id", Id, ForeignKey("sites.id"), primary_key=True, autoincrement=False),
    Column("kind", String(16), primary_key=True),
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    Column("section_id", Id, primary_key=True, autoincrement=False),
    Column("language", String(8), primary_key=True),
    Column("reasons", Text, primary_key=True),
    Column("comments", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# Decisions by hour and day. `waits` maps the steps of waits to how many there were, as JSON.
desk_tallies = Table(
    "desk_tallies",
    metadata,
    Column("site_id", Id, ForeignKey("sites.id"), primary_key=True, autoincrement=False),
    Column("kind", String(16), primary_key=True),
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    *[Column(name, Integer, nullable=False) for name in DESK_MEASURES],
    Column("waits", Text, nullable=False),
    sqlite_with_rowid=False,
)

# The commenters of a site by dense numbers, which the bitmaps of `reader_tallies` need; `first_at` is when the earliest
# of their comments was written. Like all tallies, of what the log tells before a place.
reader_numbers = Table(
    "reader_numbers",
    metadata,
    Column("site_id", Id, ForeignKey("sites.id"), primary_key=True, autoincrement=False),
    Column("commenter_id", Id, ForeignKey("commenters.id"), primary_key=True, autoincrement=False),
    Column("number", Id, nullable=False),
    Column("first_at", BigInteger, nullable=False),
    UniqueConstraint("site_id", "number"),
    Index("ix_reader_numbers_first", "site_id", "first_at"),
    sqlite_with_rowid=False,
)

# Who wrote how often by hour, day and month in all sections (-1), and by day and month in each (0 is none): a bitmap of
# readers' numbers, and in their order how often (db/stores/rollups/vectors.py). `what` is `wrote`, or `first` for who
# wrote first then.
reader_tallies = Table(
    "reader_tallies",
    metadata,
    Column("site_id", Id, ForeignKey("sites.id"), primary_key=True, autoincrement=False),
    Column("what", String(8), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("section_id", Id, primary_key=True, autoincrement=False),
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    Column("readers", LargeBinary, nullable=False),
    Column("counts", LargeBinary, nullable=False),
)

# Months of `article_tallies` and `reader_tallies`: another number whenever something is written to theirs, which none
# had before, so that what was read of a month is known to be what it still holds.
tallied_months = Table(
    "tallied_months",
    metadata,
    Column("site_id", Id, ForeignKey("sites.id"), primary_key=True, autoincrement=False),
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    Column("edition", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

policies = Table(
    "policies",
    metadata,
    Column("site_id", Id, ForeignKey("sites.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("content", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("created_by", String(MAX_NAME), nullable=False),
    Column("created_at", Instant, nullable=False),
)

models = Table(
    "models",
    metadata,
    Column("version", String(MAX_VERSION), primary_key=True),
    Column("checksum", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("about", Text, nullable=False),
    Column("added_by", String(MAX_NAME), nullable=False),
    Column("added_at", Instant, nullable=False),
)

# In the database, so that every process of a team judges by the same model and a backup holds it.
model_files = Table(
    "model_files",
    metadata,
    Column("version", String(MAX_VERSION), ForeignKey("models.version"), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

model_uses = Table(
    "model_uses",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("live", String(MAX_VERSION), ForeignKey("models.version")),
    Column("shadow", String(MAX_VERSION), ForeignKey("models.version")),
    Column("used_by", String(MAX_NAME), nullable=False),
    Column("note", Text, nullable=False),
    Column("used_at", Instant, nullable=False),
)

staff = Table(
    "staff",
    metadata,
    _id(),
    Column("name", String(MAX_NAME), nullable=False, unique=True),
    Column("display_name", String(MAX_NAME), nullable=False),
    Column("role", String(16), nullable=False),
    Column("language", String(8), nullable=False),
    Column("password", Text),
    Column("blurs", Boolean(name="blurs"), nullable=False),
    Column("active", Boolean(name="active"), nullable=False),
    Column("created_at", Instant, nullable=False),
    _one_of("role", Role),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("staff_id", Id, ForeignKey("staff.id"), nullable=False),
    Column("address", String(MAX_NAME), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    # How the person got in: the second factor of who came from a provider is the provider's.
    Column("way", String(16), nullable=False),
    Index("ix_sessions_staff", "staff_id"),
)

# Where a person works, if not everywhere: whole sites, and sections of others.
staff_limits = Table(
    "staff_limits",
    metadata,
    Column("staff_id", Id, ForeignKey("staff.id"), primary_key=True),
    _site(),
    Column("kind", String(16), primary_key=True),
    Column("item_id", Id, primary_key=True),
    _one_of("kind", LimitKind),
)

invitations = Table(
    "invitations",
    metadata,
    _id(),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("display_name", String(MAX_NAME), nullable=False),
    Column("limits", Text, nullable=False),
    Column("invited_by", String(MAX_NAME), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("accepted_at", Instant),
    Column("staff_id", Id, ForeignKey("staff.id")),
    _one_of("role", Role),
)

# Who somebody is at the newsroom's identity provider: expected by e-mail, known by the subject once they came.
identities = Table(
    "identities",
    metadata,
    Column("staff_id", Id, ForeignKey("staff.id"), primary_key=True, autoincrement=False),
    Column("issuer", String(500), nullable=False),
    Column("email", String(320), nullable=False),
    Column("subject", String(255)),
    Column("bound_at", Instant),
    UniqueConstraint("issuer", "email"),
    UniqueConstraint("issuer", "subject"),
)

# One row at most, which every question about a session reads, so that a change works at once; none is the defaults.
desk_rules = Table(
    "desk_rules",
    metadata,
    _id(),
    Column("idle_ms", Id, nullable=False),
    Column("length_ms", Id, nullable=False),
    Column("factor_roles", Text, nullable=False),
)

second_factors = Table(
    "second_factors",
    metadata,
    Column("staff_id", Id, ForeignKey("staff.id"), primary_key=True, autoincrement=False),
    # The secret, encrypted by a key that is no part of the database.
    Column("sealed", LargeBinary, nullable=False),
    Column("confirmed", Boolean(name="confirmed"), nullable=False),
    # Of the last code that counted; none counts twice.
    Column("last_step", Id, nullable=False),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("staff_id", Id, ForeignKey("staff.id"), primary_key=True),
    Column("code_hash", String(64), primary_key=True),
    Column("used_at", Instant),
)

# Whose password was right and whose code is still asked for.
sign_in_challenges = Table(
    "sign_in_challenges",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("staff_id", Id, ForeignKey("staff.id"), nullable=False),
    Column("expires_at", Instant, nullable=False),
)

sign_in_links = Table(
    "sign_in_links",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("staff_id", Id, ForeignKey("staff.id"), nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
)

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    _id(),
    Column("subject", String(80), nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_sign_in_failures_subject", "subject", "at"),
)

api_keys = Table(
    "api_keys",
    metadata,
    _id(),
    _site(),
    Column("name", String(MAX_NAME), nullable=False),
    Column("prefix", String(16), nullable=False),
    Column("secret_hash", String(64), nullable=False, unique=True),
    Column("created_by", String(MAX_NAME), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("last_used_at", Instant),
    Column("scopes", Text, nullable=False),
    Column("expires_at", Instant),
    # The key that this one was issued in place of.
    Column("replaces", Id),
)

# Log 0 is the desk's own (accounts, keys of sign-in); every other log has its site's id.
logs = Table(
    "logs",
    metadata,
    _id(),
    Column("origin", String(MAX_NAME), nullable=False),
    Column("size", Id, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
    Column("root", LargeBinary(32), nullable=False),
)

audit_events = Table(
    "audit_events",
    metadata,
    Column("log_id", Id, ForeignKey("logs.id"), primary_key=True, autoincrement=False),
    Column("position", Id, primary_key=True, autoincrement=False),
    Column("type", String(40), nullable=False),
    Column("actor", String(MAX_NAME), nullable=False),
    Column("subject", String(MAX_NAME), nullable=False),
    Column("machine", Boolean(name="machine"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("body", Text, nullable=False),
    Column("leaf", LargeBinary(32), nullable=False),
    # The head of the largest perfect subtree that ends with the event (docs/decisions/0029).
    Column("subtree", LargeBinary(32), nullable=False),
    Index("ix_audit_events_at", "log_id", "at"),
    # Most events of a busy site are the policy's; what people did is found without walking them.
    Index("ix_audit_events_people", "log_id", "actor", "position", **_only("NOT machine")),
    Index("ix_audit_events_subject", "subject"),
    Index("ix_audit_events_type", "log_id", "type", "position", **_only(SELDOM)),
)

# Signed heads, as they left the machine.
checkpoints = Table(
    "checkpoints",
    metadata,
    Column("log_id", Id, ForeignKey("logs.id"), primary_key=True, autoincrement=False),
    Column("size", Id, primary_key=True, autoincrement=False),
    Column("root", LargeBinary(32), nullable=False),
    Column("note", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
)

# Triggers refuse UPDATE and DELETE on these.
APPEND_ONLY = (audit_events, checkpoints, decisions, batches, policies, models, model_files, model_uses)

# Who was signed in, or was about to be, is not again when a backup is restored: a session that was ended since would
# be back. What no backup holds.
NOT_KEPT = frozenset({sessions, sign_in_challenges, sign_in_links, sign_in_failures, invitations})
