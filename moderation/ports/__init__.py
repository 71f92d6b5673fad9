"""What the use cases ask of storage. `db` satisfies these; nothing here knows SQL."""

from moderation.ports.access import ApiKey, Identities, Identity, Invitations, Keys, Rules, StaffLimits
from moderation.ports.accounts import Accounts, Codes, Factors, OpenSession, Passwords, SecondFactor, SignedIn
from moderation.ports.archive import Archive, Filling, Piece, Snapshot
from moderation.ports.checkers import Checked, Checkers
from moderation.ports.commenters import BroadMeasures, CommenterNotes, Commenters, Emails, Held, Known, Personal
from moderation.ports.comments import Comments, NewComment
from moderation.ports.decisions import Decisions, FeedItem, Judged, NewDecision, Policies, PolicyVersion
from moderation.ports.insights import Addition, Came, InsightStore, Pins, Rollups, RollupState
from moderation.ports.log import ErasedComment, EventFilter, Log, LogHead
from moderation.ports.models import Models, Placed, Rescoring, Scored, ShadowScored, Unscored
from moderation.ports.retention import Retention
from moderation.ports.review import Appeals, Cards, Opinions, Picks, Queue, Shifts, Watches
from moderation.ports.search import Batches, Search
from moderation.ports.sites import ArticlePlace, Articles, Sites
from moderation.ports.statements import Restrictions
from moderation.ports.stories import Stories
from moderation.ports.threads import Reply, Threads
from moderation.ports.topics import TopicStore
from moderation.ports.unit import Begin, UnitOfWork

__all__ = [
    "Accounts",
    "Addition",
    "ApiKey",
    "Appeals",
    "Archive",
    "ArticlePlace",
    "Articles",
    "Batches",
    "Begin",
    "BroadMeasures",
    "Came",
    "Cards",
    "Checked",
    "Checkers",
    "Codes",
    "CommenterNotes",
    "Commenters",
    "Comments",
    "Decisions",
    "Emails",
    "ErasedComment",
    "EventFilter",
    "Factors",
    "FeedItem",
    "Filling",
    "Held",
    "Identities",
    "Identity",
    "InsightStore",
    "Invitations",
    "Judged",
    "Keys",
    "Known",
    "Log",
    "LogHead",
    "Models",
    "NewComment",
    "NewDecision",
    "OpenSession",
    "Opinions",
    "Passwords",
    "Personal",
    "Picks",
    "Piece",
    "Pins",
    "Placed",
    "Policies",
    "PolicyVersion",
    "Queue",
    "Reply",
    "Rescoring",
    "Restrictions",
    "Retention",
    "RollupState",
    "Rollups",
    "Rules",
    "Scored",
    "Search",
    "SecondFactor",
    "ShadowScored",
    "Shifts",
    "SignedIn",
    "Sites",
    "Snapshot",
    "StaffLimits",
    "Stories",
    "Threads",
    "TopicStore",
    "UnitOfWork",
    "Unscored",
    "Watches",
]
