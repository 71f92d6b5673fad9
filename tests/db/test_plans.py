"""What every open page asks again and again goes by an index that knows few rows, however many the site has."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, select

from db.schema import commenters
from db.stores import _narrowing, cards, log, queue, search, shifts, sites, threads
from db.stores import commenters as store
from db.stores._findable import NAMES
from db.stores._prepared import Prepared
from db.stores._records import Records
from db.stores._sql import insert_rows
from db.stores.insights import readers, work
from db.stores.insights.store import InsightStore
from db.stores.search import SearchStore
from moderation.audit import EventType
from moderation.comment import Status
from moderation.decision import Reason
from moderation.engagement import Grain, InsightFilter, Period
from moderation.ports import EventFilter
from moderation.queue import QueueFilter
from moderation.search import SearchFilter
from moderation.service import intake
from moderation.service.sweeping import SWEPT
from tests.builders import OPERATOR, SITE, START, Newsroom, incoming

# What one person decided or holds; the site's own indexes hold all that it ever decided, and all that waits.
ASKED = {
    "own decisions": (shifts._READS, "decisions USING INDEX ix_decisions_staff"),
    # All of it stands in the index: the decisions themselves are not read.
    "shifts": (work._HOURS, "decisions USING COVERING INDEX ix_decisions_person (staff_id=? AND decided_at>?"),
    "card of what one holds": (cards._HELD_CARD, "held USING COVERING INDEX ix_queue_claimed"),
    "who holds what": (shifts._COLLEAGUES, "queue USING INDEX ix_queue_claimed"),
    # How busy an article is.
    "latest of an article": (sites._TRAFFIC, "comments USING COVERING INDEX ix_comments_article (article_id=?)"),
    # Replies that came before what they answer, asked with each batch of comments.
    "replies that wait": (
        threads._IS_AWAITED["sqlite"],
        "comments USING INDEX ix_comments_awaiting (site_id=? AND parent_external_id=?",
    ),
    "their threads": (
        threads._REPLIES["sqlite"],
        "comments USING INDEX ix_comments_awaiting (site_id=? AND parent_external_id=?",
    ),
    "those whose parent came": (threads._HAVE_COME, "ix_comments_awaiting (site_id=? AND parent_external_id>?"),
    "held by others": (queue._counts(tuple(queue._asked(QueueFilter()))), "waiting USING INDEX ix_queue_claimed"),
}


DAYS = Period(start=START - timedelta(days=1), end=START + timedelta(days=1), grain=Grain.DAY, time_zone="UTC")


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", ASKED)
def test_the_few_rows_of_one_person_are_sought_by_their_own_index(newsroom: Newsroom, name: str) -> None:
    asked, wanted = ASKED[name]
    assert any(wanted in step for step in plan(newsroom, asked))


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    "asked", [threads._IS_AWAITED["postgresql"], threads._REPLIES["postgresql"], threads._HAVE_COME]
)
def test_replies_that_wait_are_sought_by_their_index(newsroom: Newsroom, asked: Prepared) -> None:
    newsroom.submit(*[incoming(parent_id="gone" if number == 1 else None) for number in range(400)])
    with newsroom.plant.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE comments")
        for setting in ("plan_cache_mode = force_generic_plan", "enable_seqscan = off"):
            connection.exec_driver_sql(f"SET {setting}")
        connection.exec_driver_sql(f"PREPARE waiting AS {asked._for(connection.dialect).text}")
        given = {"site_id": "1", "external_ids": "'{c-1}'", "after": "''", "most": "5"}
        values = ", ".join(given.get(name, "1") for name in asked._for(connection.dialect).positions)
        steps = [row[0] for row in connection.exec_driver_sql(f"EXPLAIN EXECUTE waiting({values})")]
    assert any("ix_comments_awaiting" in step for step in steps), steps


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_similar_comments_are_sought_by_the_index_of_trigrams_however_common_the_words_seem(newsroom: Newsroom) -> None:
    [asked] = search._SHARING[False, False]
    with newsroom.plant.engine.connect() as connection:
        for setting in ("plan_cache_mode = force_generic_plan", "enable_seqscan = off"):
            connection.exec_driver_sql(f"SET {setting}")
        connection.exec_driver_sql(f"PREPARE sharing AS {asked._for(connection.dialect).text}")
        marks = ", ".join("NULL" for _ in asked._for(connection.dialect).positions)
        steps = [row[0] for row in connection.exec_driver_sql(f"EXPLAIN EXECUTE sharing ({marks})")]
    assert sum("Bitmap Index Scan on ix_search_texts_folded" in step for step in steps) == 2


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_texts_that_are_not_indexed_yet_are_read_from_the_newest_on(newsroom: Newsroom) -> None:
    with newsroom.plant.engine.connect() as connection:
        asked = heard(connection)
        SearchStore(connection).page(1, SearchFilter(words=("walrus",), status=Status.PUBLISHED), before=None, limit=9)
        [indexed, listed] = [explained(connection, *one) for one in asked if "instr" in one[0]]
    assert indexed[0].startswith("SCAN search_index VIRTUAL TABLE")
    assert listed[0] == "SCAN search_unindexed"
    assert not any("TEMP B-TREE" in step for step in (*indexed, *listed))


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("of", [SearchFilter(commenter_id=1), SearchFilter(domain="spam.example")], ids=["one", "many"])
def test_what_a_ban_takes_along_is_read_from_the_index_of_commenters_and_not_sorted(
    newsroom: Newsroom, of: SearchFilter
) -> None:
    with newsroom.plant.engine.connect() as connection:
        asked = heard(connection)
        SearchStore(connection).of_authors(1, of, statuses=SWEPT, limit=9)
        steps = [step for one in asked for step in explained(connection, *one)]
    assert any("comments USING INDEX ix_comments_commenter" in step for step in steps)
    assert not any("TEMP B-TREE" in step for step in steps)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_the_newest_of_who_writes_much_are_read_from_the_end_and_not_sorted(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_narrowing, "FEW", 2)
    newsroom.submit(*[incoming(f"A civil thought {number}", commenter_id="guest") for number in range(5)])
    with newsroom.plant.engine.connect() as connection:
        [guest] = connection.execute(select(commenters.c.id)).scalars()
        asked = heard(connection)
        assert len(SearchStore(connection).choose(newsroom.site.id, SearchFilter(commenter_id=guest), limit=4)) == 4
        # First it is seen whether they wrote little.
        steps = [step for one in list(asked)[1:] for step in explained(connection, *one)]
    assert not [step for step in steps if "ix_comments_commenter" in step or "TEMP B-TREE" in step]


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("status", [Status.PUBLISHED, Status.APPROVED])
def test_what_readers_see_is_read_from_the_newest_on_and_not_sorted(newsroom: Newsroom, status: Status) -> None:
    with newsroom.plant.engine.connect() as connection:
        asked = heard(connection)
        SearchStore(connection).page(newsroom.site.id, SearchFilter(status=status), before=None, limit=9)
        assert [step for one in asked for step in explained(connection, *one)] == ["SCAN comments"]


def test_nothing_is_asked_for_words_in_texts_that_are_erased(newsroom: Newsroom) -> None:
    with newsroom.plant.engine.connect() as connection:
        asked = heard(connection)
        where = SearchFilter(words=("walrus",), status=Status.ERASED)
        assert SearchStore(connection).choose(newsroom.site.id, where, limit=9) == []
    assert asked == []


# What auditors ask of a log, and the index that finds it where it is little.
AUDITED = {
    "comment": (EventFilter(comment_id=1), "ix_audit_events_subject (subject=?)"),
    "article": (EventFilter(article_id=1), "ix_audit_events_subject (subject=?)"),
    "commenter": (EventFilter(commenter_id=1), "ix_audit_events_subject (subject=?)"),
    "person": (EventFilter(actor="moderator:amal"), "ix_audit_events_people (log_id=? AND actor=?)"),
    "people": (EventFilter(people_only=True), "ix_audit_events_people (log_id=? AND actor=?)"),
    "day": (EventFilter(since=DAYS.start, until=DAYS.end), "ix_audit_events_at (log_id=? AND at>? AND at<?)"),
    "kind": (EventFilter(type=EventType.KEY_ISSUED.value), "ix_audit_events_type (log_id=? AND type=?)"),
}


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", AUDITED)
def test_what_is_little_of_a_log_is_found_by_its_index(newsroom: Newsroom, name: str) -> None:
    where, index = AUDITED[name]
    assert f"SEARCH audit_events USING INDEX {index}" in asked_of_log(newsroom, where)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", ["article", "commenter", "day"])
def test_what_is_much_of_a_log_is_read_in_its_order(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(log, "_FEW", -1)
    steps = asked_of_log(newsroom, AUDITED[name][0])
    assert "SEARCH audit_events USING INDEX sqlite_autoindex_audit_events_1 (log_id=?)" in steps
    assert not [step for step in steps if "ORDER BY" in step]


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("asked", [{"outcome": "reject"}, {"reason": "spam"}, {"reason": "spam", "since": DAYS.start}])
def test_what_was_decided_against_comments_is_read_of_its_index_from_the_newest_on(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, asked: dict[str, Any]
) -> None:
    monkeypatch.setattr(log, "_FEW", -1)
    steps = asked_of_log(newsroom, EventFilter(**asked))
    assert steps[-2:] == [
        "SEARCH decisions USING COVERING INDEX ix_decisions_adverse (site_id=?)",
        "SEARCH audit_events USING INDEX sqlite_autoindex_audit_events_1 (log_id=? AND position=?)",
    ]


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_who_did_anything_is_read_from_name_to_name(newsroom: Newsroom) -> None:
    with newsroom.plant.engine.connect() as connection:
        asked = heard(connection)
        assert log.LogStore(connection).actors(newsroom.site.id)
        steps = [step for one in asked for step in explained(connection, *one)]
    assert "SEARCH audit_events USING INDEX ix_audit_events_people (log_id=? AND actor>?)" in steps
    assert not [step for step in steps if "DISTINCT" in step]


def asked_of_log(newsroom: Newsroom, where: EventFilter) -> list[str]:
    with newsroom.plant.engine.connect() as connection:
        asked = heard(connection)
        log.LogStore(connection).page(newsroom.site.id, where, before=None, limit=9)
        return [step for one in asked for step in explained(connection, *one)]


# Rare names, common ones that few have both of, common ones, and what no trigram can narrow.
NAMED = {"zubayda": True, "zubayda omar": True, "nobody": True, "zaid omar": True, "omar": False, "ar": False}


@pytest.mark.parametrize("asked", NAMED)
def test_rare_names_are_sought_by_their_trigrams_and_common_ones_in_their_order(
    crowd: Connection, newsroom: Newsroom, asked: str
) -> None:
    steps = "\n".join(explained(crowd, *asked_for_names(crowd, newsroom, asked)))
    trigrams, order = INDEXES[crowd.dialect.name]
    assert [trigrams in steps, order in steps] == [NAMED[asked], not NAMED[asked]]


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_of_several_words_a_rare_one_is_asked_for_alone(crowd: Connection, newsroom: Newsroom) -> None:
    _, values = asked_for_names(crowd, newsroom, "omar zubayda")
    assert ('"zub" AND "ayd" AND "yda"' in values, any('"oma"' in str(one) for one in values)) == (True, False)


@pytest.fixture
def crowd(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connection]:
    """Ten thousand called Omar, and a few others; a name is common that more than five have."""
    monkeypatch.setattr(store, "_FEW", 5)
    names = [*(f"omar {n}" for n in range(10_000)), *["zubayda omar"] * 3, *["zaid"] * 10, "zaid omar"]
    with newsroom.plant.engine.connect() as connection, connection.begin() as transaction:
        columns = ("id", "site_id", "external_id", "name", "folded", "first_seen_at")
        rows = [(n, newsroom.site.id, f"u{n}", name, name, 1) for n, name in enumerate(names)]
        insert_rows(connection, commenters, columns, rows)
        NAMES.add(connection, list(enumerate(names)))
        if connection.dialect.name == "postgresql":
            # As autovacuum leaves it; nobody does that for SQLite.
            connection.exec_driver_sql("SELECT gin_clean_pending_list('ix_commenters_trigrams')")
            connection.exec_driver_sql("ANALYZE")
        yield connection
        transaction.rollback()


def asked_for_names(connection: Connection, newsroom: Newsroom, words: str) -> tuple[str, Any]:
    given = heard(connection)
    desk = newsroom.desk
    store.CommenterStore(connection, desk.new_id, Records(connection)).named(newsroom.site.id, words.split(), limit=8)
    return given[-1]


INDEXES = {
    "sqlite": ("names_index VIRTUAL TABLE", "USING COVERING INDEX ix_commenters_folded"),
    "postgresql": ("Bitmap Index Scan on ix_commenters_trigrams", "Index Only Scan using ix_commenters_folded"),
}


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_domain_is_looked_up_for_each_comment_and_not_listed_for_each(newsroom: Newsroom) -> None:
    newsroom.say("A civil thought", commenter_email="amal@spam.example")
    with newsroom.plant.engine.connect() as connection:
        asked = heard(connection)
        assert SearchStore(connection).page(newsroom.site.id, SearchFilter(domain="spam.example"), before=None, limit=9)
        steps = [step for one in asked for step in explained(connection, *one)]
    assert any("commenter_emails USING INTEGER PRIMARY KEY" in step for step in steps)
    assert not any("CORRELATED LIST" in step for step in steps)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_what_readers_do_not_see_of_a_contributor_is_read_without_what_they_see(newsroom: Newsroom) -> None:
    for number in range(3):
        newsroom.say(f"A civil thought {number}", commenter_id="amal")
    steps = asked_of_readers(newsroom)
    assert any(
        "comments USING COVERING INDEX ix_comments_hidden (commenter_id=? AND status=?" in step for step in steps
    )


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("many", "index"), [(0, "ix_flags_source"), (1, "ix_flags_created")])
def test_of_many_reports_those_of_the_most_active_are_sought_by_who_they_are(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, many: int, index: str
) -> None:
    monkeypatch.setattr(readers, "_MANY_REPORTS", many)
    said = newsroom.say("A civil thought")
    intake.report(newsroom.desk, OPERATOR, said.external_id, site=SITE, reporter_id="amal", reason=Reason.SPAM)
    assert any(f"flags USING INDEX {index}" in step for step in asked_of_readers(newsroom))


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_what_is_usual_of_articles_is_counted_of_an_index_alone(newsroom: Newsroom) -> None:
    for _ in range(10):
        newsroom.say(created_at=START - timedelta(minutes=1))
    with newsroom.plant.engine.connect() as connection:
        asked = heard(connection)
        assert InsightStore(connection).talk(newsroom.site.id, DAYS, InsightFilter(), now=newsroom.desk.now()).takeoff
        steps = [step for one in asked for step in explained(connection, *one)]
    assert any("comments USING COVERING INDEX ix_comments_site_created" in step for step in steps)


def asked_of_readers(newsroom: Newsroom) -> list[str]:
    with newsroom.plant.engine.connect() as connection:
        asked = heard(connection)
        InsightStore(connection).readers(newsroom.site.id, DAYS, InsightFilter())
        return [step for one in asked for step in explained(connection, *one)]


def heard(connection: Connection) -> list[tuple[str, Any]]:
    """What is asked on this connection from now on."""
    asked: list[tuple[str, Any]] = []
    event.listen(connection, "before_cursor_execute", lambda *given: asked.append((given[2], given[3])))
    return asked


def explained(connection: Connection, statement: str, values: Any) -> list[str]:
    sqlite = connection.dialect.name == "sqlite"
    raw = connection.connection.cursor()
    raw.execute(f"EXPLAIN {'QUERY PLAN ' if sqlite else ''}{statement}", values)
    return [str(row[-1]) for row in raw.fetchall()]


def plan(newsroom: Newsroom, asked: Prepared) -> list[str]:
    with newsroom.plant.engine.connect() as connection:
        compiled = asked._for(connection.dialect)
        values = tuple(1 for _ in compiled.positions)
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled.text}", values)
        return [str(row[3]) for row in rows]
