"""How statements reach the database: one by one to SQLite's driver, to PostgreSQL several in one round trip.

A round trip to PostgreSQL costs more than most statements of ours. What nobody waits for is therefore kept and sent
along with the next statement, or with the commit; the order stays. So is what opens a transaction, and a question whose
answer is not looked at yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError, IntegrityError

from db.statement import Statement
from moderation.errors import Contention

if TYPE_CHECKING:
    from db.route import Route

_SET_PLANNING = "SELECT set_config('plan_cache_mode', $1, true), set_config('enable_seqscan', $2, true)"


def cursor_of(connection: Connection) -> Any:
    """The one cursor of a driver's connection; what it finds is fetched at once, so that nobody is in its way."""
    cursor = connection.info.get("cursor")
    if cursor is None:
        cursor = connection.info["cursor"] = connection.connection.cursor()
    return cursor


def send(connection: Connection, text: str, values: Any, *, binary: bool = False) -> Any:
    """What came of it: `fetchall()` and `rowcount`. `binary`: there are bytes in what it finds."""
    if connection.dialect.name != "postgresql":
        return cursor_of(connection).execute(text, values)
    route = _route(connection)
    asked = Statement(text, values, binary=binary)
    return route.run([*connection.info.pop("kept", ()), asked], opening=_opening(connection, route))


def defer(connection: Connection, text: str, values: Any, *, must_change: bool = False) -> None:
    """Send it with what comes next. `must_change`: Contention, then or later, if it changes no row."""
    if connection.dialect.name == "postgresql":
        connection.info.setdefault("kept", []).append(Statement(text, values, must_change))
        return
    with reported(connection, text):
        changed = cursor_of(connection).execute(text, values).rowcount
    if must_change and not changed:
        raise Contention(what="version")


def ask(connection: Connection, text: str, values: Any, *, binary: bool = False) -> Callable[[], list[tuple[Any, ...]]]:
    """Ask with what comes next; call what it gives for the rows. SQLite, which is no trip away, is asked at once."""
    found: list[list[tuple[Any, ...]]] = []
    if connection.dialect.name == "postgresql":
        kept = connection.info.setdefault("kept", [])
        kept.append(Statement(text, values, binary=binary, heard=found.append))
    else:
        with reported(connection, text):
            found.append(cursor_of(connection).execute(text, values).fetchall())

    def answer() -> list[tuple[Any, ...]]:
        if not found:
            flush(connection)
        if not found:
            raise RuntimeError("what was asked in a transaction that has ended was never sent")
        return found[0]

    return answer


@contextmanager
def one_plan(connection: Connection) -> Iterator[None]:
    """Here PostgreSQL makes a plan once and keeps it, one that is good also when the table has grown."""
    if connection.dialect.name != "postgresql":
        yield
        return
    defer(connection, _SET_PLANNING, ("force_generic_plan", "off"))
    yield
    defer(connection, _SET_PLANNING, ("auto", "on"))


def _route(connection: Connection) -> Route:
    route: Route | None = connection.info.get("route")
    if route is None:
        # PostgreSQL's driver, which takes a tenth of a second to load, is for who has it.
        from db.route import Route

        raw: Any = connection.connection.driver_connection
        route = connection.info["route"] = Route(raw)
    return route


def _opening(connection: Connection, route: Route) -> Sequence[bytes]:
    """What must come first: nothing where a transaction is open already, or where none is wanted."""
    if not route.is_idle or connection.connection.driver_connection.autocommit:  # type: ignore[union-attr]
        return ()
    opening: Sequence[bytes] = connection.info.get("opening", ())
    return opening


def attend(engine: Engine) -> None:
    """See that what is kept goes before anything that SQLAlchemy sends itself, and with the commit."""

    @event.listens_for(engine, "before_cursor_execute")
    def _before(connection: Connection, *_: object) -> None:
        flush(connection)

    @event.listens_for(engine, "commit")
    def _commit(connection: Connection) -> None:
        flush(connection, commit=True)

    @event.listens_for(engine, "rollback")
    def _rollback(connection: Connection) -> None:
        if not connection.invalidated:
            connection.info.pop("kept", None)


def flush(connection: Connection, *, commit: bool = False) -> None:
    """Open the transaction if it is not open yet, and send what is kept; or end it with what is kept."""
    if connection.dialect.name != "postgresql":
        return
    route = _route(connection)
    kept, opening = connection.info.pop("kept", ()), _opening(connection, route)
    if not kept and (route.is_idle if commit else not opening):
        return
    with reported(connection, "COMMIT" if commit else "kept statements"):
        if commit and any(one.must_change for one in kept):
            # Nothing may be committed before it is known that nobody else was first.
            route.run(kept, opening=opening)
            kept, opening = (), ()
        route.run(kept, opening=opening, commit=commit)


@contextmanager
def reported(connection: Connection, statement: str) -> Iterator[None]:
    """What the driver raises outside SQLAlchemy, as SQLAlchemy would have raised it."""
    dialect = connection.dialect
    driver = dialect.loaded_dbapi
    try:
        yield
    except driver.Error as error:
        lost = dialect.is_disconnect(error, connection.connection.dbapi_connection, None)
        if lost:
            connection.invalidate(error)
        kind = IntegrityError if isinstance(error, driver.IntegrityError) else DBAPIError
        raise kind(statement, None, error, connection_invalidated=lost) from error
