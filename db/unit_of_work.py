"""One transaction with its stores, and the database's troubles told in the core's words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from functools import cached_property
from typing import TYPE_CHECKING, cast

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from db.engine import READ_ONLY
from db.stores._records import Records
from db.stores.accounts import AccountStore
from db.stores.appeals import AppealStore
from db.stores.batches import BatchStore
from db.stores.broad import BroadStore
from db.stores.cards import CardStore
from db.stores.commenter_notes import CommenterNoteStore
from db.stores.commenters import CommenterStore
from db.stores.comments import CommentStore
from db.stores.decisions import DecisionStore
from db.stores.emails import EmailStore
from db.stores.factors import FactorStore
from db.stores.identities import IdentityStore
from db.stores.invitations import InvitationStore
from db.stores.keys import KeyStore
from db.stores.limits import LimitStore
from db.stores.log import LogStore
from db.stores.models import ModelStore
from db.stores.opinions import OpinionStore
from db.stores.personal import PersonalStore
from db.stores.picks import PickStore
from db.stores.pins import PinStore
from db.stores.policies import PolicyStore
from db.stores.queue import QueueStore
from db.stores.rescoring import RescoringStore
from db.stores.restrictions import RestrictionStore
from db.stores.retention import RetentionStore
from db.stores.rules import RuleStore
from db.stores.search import SearchStore
from db.stores.shifts import ShiftStore
from db.stores.sites import ArticleStore, SiteStore
from db.stores.stories import StoryStore
from db.stores.threads import ThreadStore
from db.stores.topics import TopicStore
from db.stores.warehouse import WarehouseStore
from db.stores.watches import WatchStore
from db.troubles import trouble_of
from db.turns import turns_of
from moderation.errors import Contention, LogMisfit, Unavailable
from moderation.ports import UnitOfWork

if TYPE_CHECKING:
    from db.stores.insights.store import InsightStore
    from db.stores.rollups import RollupStore

# Serialization failure and deadlock: PostgreSQL's way to say that another transaction came first.
_TRY_AGAIN = {"40001", "40P01"}
# What each database says of a second event, or a decision of a second event, in one place of a log.
_PLACES = {"pk_audit_events", "uq_decisions_site_id_position"}
_PLACES_OF_SQLITE = (": audit_events.log_id, audit_events.position", ": decisions.site_id, decisions.position")


class SqlUnitOfWork:
    """The stores of one open transaction, each made when first asked for."""

    def __init__(self, connection: Connection, new_id: Callable[[], int]) -> None:
        self._connection = connection
        self._new_id = new_id
        self._records = Records(connection)

    def settle(self) -> None:
        """Whatever is written last, as the transaction ends."""
        self._records.settle()

    @cached_property
    def sites(self) -> SiteStore:
        return SiteStore(self._connection)

    @cached_property
    def articles(self) -> ArticleStore:
        return ArticleStore(self._connection, self._new_id)

    @cached_property
    def commenters(self) -> CommenterStore:
        return CommenterStore(self._connection, self._new_id, self._records)

    @cached_property
    def commenter_notes(self) -> CommenterNoteStore:
        return CommenterNoteStore(self._connection)

    @cached_property
    def emails(self) -> EmailStore:
        return EmailStore(self._connection)

    @cached_property
    def broad(self) -> BroadStore:
        return BroadStore(self._connection)

    @cached_property
    def comments(self) -> CommentStore:
        return CommentStore(self._connection, self._records)

    @cached_property
    def decisions(self) -> DecisionStore:
        return DecisionStore(self._connection)

    @cached_property
    def queue(self) -> QueueStore:
        return QueueStore(self._connection)

    @cached_property
    def warehouse(self) -> WarehouseStore:
        return WarehouseStore(self._connection)

    @cached_property
    def topics(self) -> TopicStore:
        return TopicStore(self._connection)

    @cached_property
    def watches(self) -> WatchStore:
        return WatchStore(self._connection)

    @cached_property
    def shifts(self) -> ShiftStore:
        return ShiftStore(self._connection)

    @cached_property
    def threads(self) -> ThreadStore:
        return ThreadStore(self._connection)

    @cached_property
    def personal(self) -> PersonalStore:
        return PersonalStore(self._connection)

    @cached_property
    def picks(self) -> PickStore:
        return PickStore(self._connection)

    @cached_property
    def opinions(self) -> OpinionStore:
        return OpinionStore(self._connection)

    @cached_property
    def appeals(self) -> AppealStore:
        return AppealStore(self._connection)

    @cached_property
    def restrictions(self) -> RestrictionStore:
        return RestrictionStore(self._connection)

    @cached_property
    def stories(self) -> StoryStore:
        return StoryStore(self._connection)

    @cached_property
    def cards(self) -> CardStore:
        return CardStore(
            self._connection,
            self.comments,
            records=self._records,
            decided=self.decisions,
            opinions=self.opinions,
            appeals=self.appeals,
            policies=self.policies,
        )

    @cached_property
    def policies(self) -> PolicyStore:
        return PolicyStore(self._connection)

    @cached_property
    def models(self) -> ModelStore:
        return ModelStore(self._connection)

    @cached_property
    def rescoring(self) -> RescoringStore:
        return RescoringStore(self._connection)

    @cached_property
    def search(self) -> SearchStore:
        return SearchStore(self._connection)

    @cached_property
    def batches(self) -> BatchStore:
        return BatchStore(self._connection)

    @cached_property
    def accounts(self) -> AccountStore:
        return AccountStore(self._connection)

    @cached_property
    def factors(self) -> FactorStore:
        return FactorStore(self._connection)

    @cached_property
    def retention(self) -> RetentionStore:
        return RetentionStore(self._connection)

    @cached_property
    def keys(self) -> KeyStore:
        return KeyStore(self._connection)

    @cached_property
    def invitations(self) -> InvitationStore:
        return InvitationStore(self._connection)

    @cached_property
    def limits(self) -> LimitStore:
        return LimitStore(self._connection)

    @cached_property
    def identities(self) -> IdentityStore:
        return IdentityStore(self._connection)

    @cached_property
    def rules(self) -> RuleStore:
        return RuleStore(self._connection)

    @cached_property
    def log(self) -> LogStore:
        return LogStore(self._connection)

    @cached_property
    def insights(self) -> InsightStore:
        # With what charts are counted by, a tenth of a second that most commands need not wait.
        from db.stores.insights.store import InsightStore

        return InsightStore(self._connection)

    @cached_property
    def rollups(self) -> RollupStore:
        from db.stores.rollups import RollupStore

        return RollupStore(self._connection)

    @cached_property
    def pins(self) -> PinStore:
        return PinStore(self._connection)


def unit_of(connection: Connection, new_id: Callable[[], int]) -> UnitOfWork:
    """Of a transaction that somebody else began and will end, and in which no comment's status changes: its `settle` is
    not called."""
    # To the type checker a store that is made when first asked for is none that could be set.
    return cast(UnitOfWork, SqlUnitOfWork(connection, new_id))


def units_of(
    engine: Engine, *, new_id: Callable[[], int], read_only: bool = False
) -> Callable[[], AbstractContextManager[SqlUnitOfWork]]:
    """What `Desk.begin` and `Desk.read` are: each call opens a transaction; leaving it commits, an error rolls back."""
    bound = engine.execution_options(**READ_ONLY) if read_only else engine
    turn, gate = (nullcontext, nullcontext) if read_only else turns_of(engine)

    @contextmanager
    def begin() -> Iterator[SqlUnitOfWork]:
        with reporting_trouble(), turn(), ExitStack() as transaction:
            with gate():
                connection = transaction.enter_context(bound.begin())
            unit = SqlUnitOfWork(connection, new_id)
            yield unit
            unit.settle()

    return begin


def _unavailable(error: DBAPIError) -> Unavailable:
    kind, what = type(error.orig).__name__, trouble_of(error)
    return Unavailable(kind=kind, what=what) if what else Unavailable(kind=kind)


def _is_of_a_log(error: IntegrityError) -> bool:
    """Whether a place in a log is taken: its head is held by who appends, so that nobody else can have come first."""
    constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    return constraint in _PLACES if constraint is not None else str(error.orig).endswith(_PLACES_OF_SQLITE)


@contextmanager
def reporting_trouble() -> Iterator[None]:
    """Contention where another transaction came first, Unavailable where the database failed, LogMisfit where a log's
    next place is taken."""
    try:
        yield
    except IntegrityError as error:
        raise LogMisfit() if _is_of_a_log(error) else Contention(what="row") from error
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) in _TRY_AGAIN:
            raise Contention(what="transaction") from error
        raise _unavailable(error) from error
    except PoolTimeoutError as error:
        raise Unavailable(kind="pool") from error
