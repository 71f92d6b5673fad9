"""The migrations make exactly the schema, on both databases; a second run and a second process change nothing."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, inspect, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DatabaseError

from dashboard.settings import Settings
from dashboard.wiring import Plant, build
from db.migrate import config, head, upgrade
from db.schema import HIDDEN, LATE, metadata
from db.stores._records import Records
from db.stores.commenters import CommenterStore
from db.stores.log import LogStore
from db.stores.search import SearchStore
from moderation.audit import Event, EventType, seal
from moderation.comment import VISIBLE, Status
from moderation.errors import Conflict, Unavailable
from moderation.search import SearchFilter
from moderation.stored_tree import StoredTree
from moderation.text.finding import sought
from moderation.tree import Frontier, leaf_hash
from moderation.verification import Break, BreakKind, Claim, first_break, row_of
from tests import postgres


def test_the_migrations_make_the_schema(plant: Plant) -> None:
    with plant.engine.connect() as connection, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sqlite = connection.dialect.name == "sqlite"
        context = MigrationContext.configure(connection, opts={"include_object": _on_sqlite if sqlite else _anything})
        assert compare_metadata(context, _of_sqlite() if sqlite else metadata) == []


def _of_sqlite() -> MetaData:
    """With the references that wait for the commit; of one that stands beside its column SQLAlchemy does not see it."""
    made = MetaData()
    for table in metadata.sorted_tables:
        copy = table.to_metadata(made)
        for constraint in copy.foreign_key_constraints if table.name in LATE else ():
            if constraint.name != "fk_decisions_batch_id":
                constraint.deferrable, constraint.initially = True, "DEFERRED"
    return made


# What finds by trigrams: indexes on PostgreSQL, on SQLite the tables of FTS5, which SQLAlchemy does not know.
TRIGRAMS = {"ix_search_texts_folded", "ix_commenters_trigrams"}
FTS5 = ("search_index", "search_unindexed", "names_index")


def test_what_readers_do_not_see_is_every_other_status() -> None:
    assert [word for word in HIDDEN.split("'") if word in set(Status)] == sorted(set(Status) - VISIBLE)


def _on_sqlite(_: object, name: str | None, *__: object) -> bool:
    return name not in TRIGRAMS and not (name or "").startswith(FTS5)


def _anything(*_: object) -> bool:
    return True


def test_every_index_and_constraint_of_the_schema_is_there(plant: Plant) -> None:
    found = inspect(plant.engine)
    for table in metadata.sorted_tables:
        names = {index["name"] for index in found.get_indexes(table.name)}
        assert {index.name for index in table.indexes} - names <= (TRIGRAMS if _is_sqlite(plant) else set())
        checks = {check["name"] for check in found.get_check_constraints(table.name)}
        assert {str(c.name) for c in table.constraints if type(c).__name__ == "CheckConstraint" and c.name} <= checks


def _is_sqlite(plant: Plant) -> bool:
    return plant.engine.dialect.name == "sqlite"


def test_what_was_stored_before_there_was_a_search_is_found(bare_engine: Engine) -> None:
    with bare_engine.begin() as connection:
        command.upgrade(config(connection), "0002")
        for statement in OLD:
            connection.execute(text(statement))
    upgrade(bare_engine)
    with bare_engine.connect() as connection:
        found = [
            SearchStore(connection).choose(1, SearchFilter(words=sought(word)), limit=9)
            for word in ("كلب", "gone", "other")
        ]
    assert found == [[(3, 1)], [], []]


def test_texts_that_wait_to_be_indexed_are_found_after_a_way_back(bare_engine: Engine) -> None:
    with bare_engine.begin() as connection:
        command.upgrade(config(connection), "0002")
        for statement in OLD:
            connection.execute(text(statement))
        command.upgrade(config(connection), "0026")
        if connection.dialect.name == "sqlite":
            connection.execute(text("INSERT INTO search_index (search_index) VALUES ('delete-all')"))
            connection.execute(text("INSERT INTO search_unindexed SELECT comment_id FROM search_texts"))
        command.downgrade(config(connection), "0025")
    upgrade(bare_engine)
    with bare_engine.connect() as connection:
        found = SearchStore(connection).choose(1, SearchFilter(words=sought("كلب")), limit=9)
    assert found == [(3, 1)]


def test_names_that_were_stored_before_they_had_trigrams_are_found_and_again_after_a_way_back(
    bare_engine: Engine,
) -> None:
    with bare_engine.begin() as connection:
        command.upgrade(config(connection), "0004")
        for statement in (*OLD, "UPDATE commenters SET name = 'الكَلـب' WHERE id = 2"):
            connection.execute(text(statement))
        command.upgrade(config(connection), "0018")
        assert not trigrams_of_names(connection)
        command.upgrade(config(connection), "0019")
        assert trigrams_of_names(connection)
        command.downgrade(config(connection), "0018")
        assert not trigrams_of_names(connection)
    upgrade(bare_engine)
    with bare_engine.connect() as connection:
        store = CommenterStore(connection, lambda: 0, Records(connection))
        assert [[one.id for one in store.named(site, sought("كلب"), limit=9)] for site in (1, 2)] == [[], [2]]
        assert trigrams_of_names(connection)


def trigrams_of_names(connection: Connection) -> list[str]:
    """What is there to find names by."""
    found = inspect(connection)
    names = {*found.get_table_names(), *(index["name"] for index in found.get_indexes("commenters"))}
    return sorted(name for name in names if name in TRIGRAMS or name == "names_index")


@pytest.mark.parametrize("step", [180_000, 7_200_000])
def test_a_place_by_either_step_of_age_becomes_that_of_two_hours(bare_engine: Engine, step: int) -> None:
    at = 1_795_000_000_000
    with bare_engine.begin() as connection:
        command.upgrade(config(connection), "0003")
        for statement in (*OLD, _SCORED.format(id=3, revision=1, site=1, reject=0.5)):
            connection.execute(text(statement))
        connection.execute(text(_WAITING.format(id=3, site=1, points=110, at=at)))
        command.upgrade(config(connection), "0017")
        connection.execute(text("UPDATE queue SET rank = entered_at / :step - 100"), {"step": step})
    upgrade(bare_engine)
    with bare_engine.connect() as connection:
        assert connection.execute(text("SELECT rank FROM queue")).scalar_one() == at // 7_200_000 - 100


def test_how_toxic_comments_were_becomes_whether_they_are_civil_and_comes_back_from_their_scores(
    bare_engine: Engine,
) -> None:
    with bare_engine.begin() as connection:
        command.upgrade(config(connection), "0004")
        for statement in (*OLD, _SCORED.format(id=3, revision=1, site=1, reject=0.5)):
            connection.execute(text(statement))
        connection.execute(text("UPDATE comments SET toxic = 0.5 WHERE id = 3"))
        connection.execute(text("UPDATE scores SET toxic = 0.5"))
        command.upgrade(config(connection), "0021")
        said = connection.execute(text("SELECT id, civil FROM comments ORDER BY id")).all()
        assert [(row.id, bool(row.civil)) for row in said] == [(3, False), (4, True), (5, True)]
        command.downgrade(config(connection), "0020")
        assert connection.execute(text("SELECT toxic FROM comments WHERE id = 3")).scalar_one() == 0.5
    upgrade(bare_engine)
    with bare_engine.connect() as connection:
        assert connection.execute(text("SELECT id FROM comments WHERE NOT civil")).scalars().all() == [3]


def test_what_waited_before_there_were_orders_has_its_score(bare_engine: Engine) -> None:
    with bare_engine.begin() as connection:
        command.upgrade(config(connection), "0003")
        for statement in (*OLD, *WAITING):
            connection.execute(text(statement))
    upgrade(bare_engine)
    with bare_engine.connect() as connection:
        places = connection.execute(text("SELECT comment_id FROM queue ORDER BY rank")).scalars().all()
        assert places == [5, 3]
        found = connection.execute(text("SELECT comment_id, reject, doubt FROM queue ORDER BY comment_id")).all()
        assert [tuple(row) for row in found] == [(3, 0.75, 0.25), (5, 0.125, 0.375)]
        assert connection.execute(text("SELECT count(*) FROM staff WHERE blurs")).scalar_one() == 0


def test_what_was_reported_before_reports_knew_their_article_is_counted_by_it(bare_engine: Engine) -> None:
    with bare_engine.begin() as connection:
        command.upgrade(config(connection), "0003")
        for statement in (*OLD, *REPORTED):
            connection.execute(text(statement))
    upgrade(bare_engine)
    with bare_engine.connect() as connection:
        found = connection.execute(text("SELECT comment_id, article_id FROM flags ORDER BY id")).all()
    assert [tuple(row) for row in found] == [(3, 1), (5, 2)]


def test_a_database_of_the_first_search_comes_to_the_same_shape(bare_engine: Engine) -> None:
    with bare_engine.begin() as connection:
        command.upgrade(config(connection), "0003")
        for statement in FIRST_SEARCH if connection.dialect.name == "sqlite" else FIRST_SEARCH[1:]:
            connection.execute(text(statement))
    upgrade(bare_engine)
    found = inspect(bare_engine)
    names = {index["name"] for index in found.get_indexes("comments")}
    assert {"ix_comments_pending", "ix_comments_rejected"} <= names
    assert "ix_comments_withheld" not in names
    with bare_engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            assert not connection.execute(
                text("SELECT name FROM sqlite_master WHERE name LIKE 'search_texts_a%'")
            ).all()


def test_a_log_that_kept_its_roots_gets_its_subtrees_and_shows_what_it_showed(bare_engine: Engine) -> None:
    """Log 1 is whole, in log 2 somebody changed an event and its hash, in log 3 the root after one."""
    events = [
        Event(type=EventType.COMMENT_SUBMITTED, actor="policy:1", subject=f"comment:{n}", at=NOON, data={"n": n})
        for n in range(21)
    ]
    whole, spoilt, flipped = Frontier(), Frontier(), Frontier()
    with bare_engine.begin() as connection:
        command.upgrade(config(connection), "0012")
        for log, tree in ((1, whole), (2, spoilt), (3, flipped)):
            rows = seal(events, Frontier(), log_id=log)
            kept = []
            for row in rows:
                tree.append(row.leaf)
                kept.append(row_of(row)._asdict() | {"log_id": log, "root": tree.root(), "machine": True})
            if log == 2:
                kept[6] |= {"body": kept[6]["body"].replace("comment:6", "comment:9"), "subject": "comment:9"}
                kept[6] |= {"leaf": leaf_hash(kept[6]["body"].encode())}
            if log == 3:
                kept[9] |= {"root": bytes(32)}
            head = {"id": log, "origin": f"o{log}", "size": 21, "frontier": tree.to_bytes(), "root": tree.root()}
            connection.execute(
                text(
                    "INSERT INTO logs (id, origin, size, frontier, root) VALUES (:id, :origin, :size, :frontier, :root)"
                ),
                head,
            )
            connection.execute(text(_EVENT), kept)
    upgrade(bare_engine)
    with bare_engine.connect() as connection:
        store = LogStore(connection)
        found = {
            head.log_id: first_break(
                store.rows(head.log_id),
                Claim(size=head.size, root=head.root, frontier=head.frontier),
                log_id=head.log_id,
            )
            for head in store.heads()
        }
        assert found == {
            1: None,
            2: Break(position=6, kind=BreakKind.INSERTED),
            3: Break(position=9, kind=BreakKind.INSERTED),
        }
        tree = StoredTree(store, 1)
        assert [tree.root(21), tree.frontier(21).to_bytes()] == [whole.root(), whole.to_bytes()]
        for change in ("UPDATE audit_events SET actor = 'x'", "DELETE FROM audit_events"):
            with pytest.raises(DatabaseError, match="append-only"):
                connection.execute(text(change))
            connection.rollback()


NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
_EVENT = """
INSERT INTO audit_events (log_id, position, type, actor, subject, machine, at, body, leaf, root)
VALUES (:log_id, :position, :type, :actor, :subject, :machine, :at, :body, :leaf, :root)
"""
FIRST_SEARCH = (
    """CREATE TRIGGER search_texts_added AFTER INSERT ON search_texts BEGIN
        INSERT INTO search_index (rowid, folded) VALUES (new.comment_id, new.folded); END""",
    "DROP INDEX ix_comments_pending",
    "DROP INDEX ix_comments_rejected",
    "CREATE INDEX ix_comments_withheld ON comments (site_id, status, id) WHERE status IN ('pending', 'rejected')",
)


# The second text of a comment, and the first of another, as the model scored them.
_SCORED = """
INSERT INTO scores (comment_id, revision, site_id, model, toxic, insult, hate, threat, obscene, spam, reject)
VALUES ({id}, {revision}, {site}, 'm', 0, 0, 0, 0, 0, 0, {reject})
"""
_WAITING = """
INSERT INTO queue (comment_id, site_id, article_id, language, top_label, top_score, rank, factors, entered_at)
VALUES ({id}, {site}, {site}, 'ar', 'toxic', 0.5, -{points}, '[]', {at})
"""
WAITING = (
    "UPDATE comments SET revision = 2 WHERE id = 3",
    _SCORED.format(id=3, revision=1, site=1, reject=0.5),
    _SCORED.format(id=3, revision=2, site=1, reject=0.75),
    _SCORED.format(id=5, revision=1, site=2, reject=0.125),
    # Ten points more, and thirty hours later.
    _WAITING.format(id=3, site=1, points=110, at=108_000_001),
    _WAITING.format(id=5, site=2, points=100, at=1),
)

_REPORT = """
INSERT INTO flags (id, site_id, comment_id, kind, reason, source, note, created_at)
VALUES ({id}, {site}, {comment}, 'reported', 'spam', 'u{id}', '', 1)
"""
REPORTED = (_REPORT.format(id=7, site=1, comment=3), _REPORT.format(id=8, site=2, comment=5))


# A visible comment, one that its author deleted, and one of another site.
_COMMENT = """
INSERT INTO comments (id, site_id, article_id, commenter_id, external_id, body, fold, language, status, version,
    revision, toxic, decided_by_machine, created_at, received_at)
VALUES ({id}, {site}, {site}, {site}, 'c{id}', '{body}', 0, 'ar', '{status}', 1, 1, 0.1, TRUE, 1, 1)
"""
_PLACE = (
    "INSERT INTO sites VALUES ({n}, 's{n}', 's{n}', 'ar', 'UTC', 1)",
    "INSERT INTO articles (id, site_id, external_id, title, url, created_at) VALUES ({n}, {n}, 'a', 't', '', 1)",
    "INSERT INTO commenters VALUES ({n}, {n}, 'u', 'u', 1)",
)
OLD = (
    *[statement.format(n=n) for statement in _PLACE for n in (1, 2)],
    _COMMENT.format(id=3, site=1, body="رأيت الكَلـب", status="published"),
    _COMMENT.format(id=4, site=1, body="gone", status="erased"),
    _COMMENT.format(id=5, site=2, body="other", status="published"),
)


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_engine(request: pytest.FixtureRequest, tmp_path: Path, postgres_server: URL) -> Iterator[Engine]:
    """A database without a table."""
    if request.param == "sqlite":
        plant = build(Settings(database_url=f"sqlite:///{tmp_path / 'old.sqlite'}"))
        yield plant.engine
        plant.close()
        return
    url = postgres.create(postgres_server)
    plant = build(Settings(database_url=url.render_as_string(hide_password=False)))
    yield plant.engine
    plant.close()
    postgres.drop(postgres_server, url)


def test_a_second_preparation_changes_nothing(plant: Plant) -> None:
    plant.prepare()
    assert plant.is_current()


def test_the_newest_file_is_where_alembic_would_end() -> None:
    assert head() == ScriptDirectory.from_config(config()).get_current_head()


def test_what_a_later_version_made_is_refused_and_left_as_it_is(plant: Plant) -> None:
    with plant.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert not plant.is_current()
    with pytest.raises(Conflict) as refused:
        plant.prepare()
    assert refused.value.fields == {"what": "database_newer"}
    with plant.engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "9999"


@pytest.mark.parametrize(
    "made", ["CREATE TABLE comments (id INTEGER)", "CREATE TABLE alembic_version (version_num TEXT)"]
)
def test_another_programs_database_is_refused_and_left_as_it_is(bare_engine: Engine, made: str) -> None:
    with bare_engine.begin() as connection:
        connection.execute(text(made))
        if "alembic" in made:
            connection.execute(text("INSERT INTO alembic_version VALUES ('1f3a')"))
    before = inspect(bare_engine).get_table_names()
    with pytest.raises(Conflict) as refused:
        upgrade(bare_engine)
    assert refused.value.fields == {"what": "database_foreign"}
    assert inspect(bare_engine).get_table_names() == before


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_database_that_cannot_hold_every_text_is_refused_and_left_as_it_is(
    encoding: str, postgres_server: URL
) -> None:
    url = postgres.create(postgres_server, encoding=encoding)
    plant = build(Settings(database_url=url.render_as_string(hide_password=False)))
    for ask in (plant.prepare, plant.is_begun):
        with pytest.raises(Conflict) as refused:
            ask()
        assert refused.value.fields == {"what": "database_encoding", "encoding": encoding}
    plant.close()
    with psycopg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False)) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)
    postgres.drop(postgres_server, url)


def test_two_processes_that_start_at_once_take_turns(postgres_server: URL) -> None:
    url = postgres.create(postgres_server)
    plants = [build(Settings(database_url=url.render_as_string(hide_password=False))) for _ in range(3)]
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda one: one.prepare(), plants))
    assert all(one.is_current() for one in plants)
    for one in plants:
        one.close()
    postgres.drop(postgres_server, url)


def test_an_unreachable_database_is_unavailable_not_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    plant = build(Settings(database_url=f"sqlite:///{tmp_path / 'folder'}"))
    with pytest.raises(Unavailable):
        plant.prepare()
    plant.close()
    refused = build(Settings(database_url="postgresql://nobody@127.0.0.1:1/none"))
    with pytest.raises(Unavailable):
        refused.is_current()
    refused.close()


@pytest.mark.parametrize("url", ["mysql://x/y", "postgresql://user:secret@host:port/x", "sqlite", ":"])
def test_only_the_two_databases_are_taken(url: str) -> None:
    with pytest.raises(ValueError, match="database") as refused:
        build(Settings(database_url=url))
    assert "secret" not in str(refused.value)
