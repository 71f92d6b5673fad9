"""One transaction with all its stores."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from moderation.ports.access import Identities, Invitations, Keys, Rules, StaffLimits
from moderation.ports.accounts import Accounts, Factors
from moderation.ports.commenters import BroadMeasures, CommenterNotes, Commenters, Emails, Personal
from moderation.ports.comments import Comments
from moderation.ports.decisions import Decisions, Policies
from moderation.ports.insights import InsightStore, Pins, Rollups
from moderation.ports.log import Log
from moderation.ports.models import Models, Rescoring
from moderation.ports.retention import Retention
from moderation.ports.review import Appeals, Cards, Opinions, Picks, Queue, Shifts, Watches
from moderation.ports.search import Batches, Search
from moderation.ports.sites import Articles, Sites
from moderation.ports.statements import Restrictions
from moderation.ports.stories import Stories
from moderation.ports.threads import Threads
from moderation.ports.topics import TopicStore
from moderation.ports.warehouse import Warehouse


class UnitOfWork(Protocol):
    """One transaction. Leaving the block commits; an exception rolls back."""

    sites: Sites
    articles: Articles
    commenters: Commenters
    commenter_notes: CommenterNotes
    emails: Emails
    broad: BroadMeasures
    personal: Personal
    comments: Comments
    threads: Threads
    decisions: Decisions
    restrictions: Restrictions
    stories: Stories
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
    topics: TopicStore
    warehouse: Warehouse
    batches: Batches
    accounts: Accounts
    factors: Factors
    retention: Retention
    keys: Keys
    invitations: Invitations
    limits: StaffLimits
    identities: Identities
    rules: Rules
    log: Log
    insights: InsightStore
    pins: Pins
    rollups: Rollups


Begin = Callable[[], AbstractContextManager[UnitOfWork]]
