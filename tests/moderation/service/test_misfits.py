"""A log that does not fit its head takes no event, says so, and can be taken out as evidence all the same."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from sqlalchemy import text

from dashboard.spreadsheets import parquet, xlsx
from moderation.errors import Conflict, LogMisfit
from moderation.exports import events
from moderation.ports import EventFilter
from moderation.service import audit, feed, intake
from tests.builders import OPERATOR, SITE, Newsroom

_COPIED = "type, actor, subject, machine, at, body, leaf, subtree"
MISFITS = [
    "UPDATE logs SET size = 0 WHERE id = :log",
    "UPDATE logs SET size = size - 1, frontier = :shorter WHERE id = :log",
    "UPDATE logs SET size = 9000000000 WHERE id = :log",
    "UPDATE logs SET size = -1 WHERE id = :log",
    "UPDATE logs SET size = -5 WHERE id = :log",
    "UPDATE logs SET frontier = :byte WHERE id = :log",
    "UPDATE logs SET frontier = :nothing WHERE id = :log",
    "UPDATE logs SET frontier = :another WHERE id = :log",
    "UPDATE logs SET root = :another WHERE id = :log",
    f"INSERT INTO audit_events (log_id, position, {_COPIED}) SELECT log_id, 8, {_COPIED} "  # noqa: S608
    "FROM audit_events WHERE log_id = :log AND position = 3",
    "DELETE FROM logs WHERE id = :log",
]
OF_ANOTHER_TYPE = ["size = 'x'", "size = 1.5", "frontier = 'x'", "root = 'x'"]
ODD = [
    "leaf = 'abc'", "leaf = x'00'", "subtree = 5", "body = x'ff00ff'", "body = CAST(x'ff' AS TEXT)", "at = 'zzz'",
    "type = x'ff'", "machine = 'x'", r"""body = '{"data":{"status":"\ud800"}}'""",
]  # fmt: skip


def tamper(newsroom: Newsroom, statement: str) -> None:
    """As somebody would who has the database's own rights."""
    given = {"log": newsroom.site.id, "byte": b"\0", "nothing": b"", "another": b"\1" * 32, "shorter": b"\0" * 3 * 32}
    used = {name: value for name, value in given.items() if f":{name}" in statement}
    engine = newsroom.plant.engine
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            raw = connection.connection.dbapi_connection
            assert raw is not None
            raw.execute("PRAGMA foreign_keys = OFF")
            for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                raw.execute(f'DROP TRIGGER "{name}"')
            raw.execute(statement, used)
            raw.execute("PRAGMA foreign_keys = ON")
        return
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text(statement), used)


@pytest.fixture
def eight(newsroom: Newsroom) -> Newsroom:
    """Eight events: the site's own, the newsroom's and comments."""
    with newsroom.desk.read() as uow:
        [there] = [head.size for head in uow.log.heads() if head.log_id == newsroom.site.id]
    for n in range(8 - there):
        newsroom.say(f"civil {n}")
    return newsroom


def lines_of(newsroom: Newsroom, where: EventFilter) -> list[dict[str, object]]:
    made = audit.export(newsroom.desk, OPERATOR, site=SITE, where=where)
    assert made.note == ""
    written = events.jsonl(made.rows, made.note) if made.complete else events.selection(made.proven, made.note)
    return [json.loads(line) for line in b"".join(written).splitlines()]


@pytest.mark.parametrize("misfit", MISFITS)
def test_nothing_is_appended_and_no_row_is_blamed(eight: Newsroom, misfit: str) -> None:
    tamper(eight, misfit)
    with pytest.raises(LogMisfit) as refused:
        eight.say("civil and late")
    assert refused.value.fields["what"] == "log_misfit"


@pytest.mark.parametrize("where", [EventFilter(), EventFilter(type="comment:submitted")])
@pytest.mark.parametrize("misfit", MISFITS)
def test_the_export_goes_on_without_a_head(eight: Newsroom, misfit: str, where: EventFilter) -> None:
    tamper(eight, misfit)
    found = [line for line in lines_of(eight, where) if "body" in line]
    assert len(found) >= 5
    assert "log:exported" not in str(found)
    assert all(line.get("proof", []) == [] for line in found)


@pytest.mark.parametrize("misfit", MISFITS)
def test_no_head_but_the_true_one_is_signed_and_none_is_called_whole(eight: Newsroom, misfit: str) -> None:
    [true] = [(8, one.root) for one in audit.verify(eight.desk, OPERATOR) if one.log_id == eight.site.id]
    tamper(eight, misfit)
    audit.checkpoint_all(eight.desk, OPERATOR)
    [wrong] = [one for one in audit.verify(eight.desk, OPERATOR) if not one.ok]
    assert wrong.origin == f"taliq/{SITE}"
    with eight.desk.read() as uow:
        assert {(one.size, one.root.hex()) for one in uow.log.checkpoints(eight.site.id)} <= {true}


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("change", OF_ANOTHER_TYPE)
def test_a_head_of_another_type_is_no_head(eight: Newsroom, change: str) -> None:
    """SQLite takes a value of any type; PostgreSQL refuses it."""
    tamper(eight, f"UPDATE logs SET {change} WHERE id = :log")  # noqa: S608
    with pytest.raises(LogMisfit):
        eight.say("civil and late")
    assert [line["position"] for line in lines_of(eight, EventFilter()) if "body" in line] == list(range(8))


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("change", ODD)
def test_an_event_of_another_type_is_taken_out_in_every_form(eight: Newsroom, change: str) -> None:
    tamper(eight, f"UPDATE audit_events SET {change} WHERE position = 3 AND log_id = :log")  # noqa: S608
    for form in (events.jsonl, events.csv, parquet, lambda rows, note: xlsx(rows, note, "en")):
        made = audit.export(eight.desk, OPERATOR, site=SITE)
        assert len(b"".join(form(made.rows, made.note))) > 500
    made = audit.export(eight.desk, OPERATOR, site=SITE, where=EventFilter(people_only=True))
    assert b"".join(events.selection(made.proven, made.note))
    assert audit.events(eight.desk, OPERATOR, site=SITE, limit=50).rows
    # Only of what a proof holds: the body and the hashes on its way.
    with suppress(Conflict):
        audit.prove(eight.desk, OPERATOR, 3, site=SITE)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_log_whose_name_is_none_is_not_signed(eight: Newsroom) -> None:
    tamper(eight, "UPDATE logs SET origin = x'00' WHERE id = :log")
    with pytest.raises(Conflict):
        audit.checkpoint(eight.desk, OPERATOR, site=SITE)
    assert audit.export(eight.desk, OPERATOR, site=SITE).note == ""


@pytest.mark.parametrize(
    "subject", ["'comment:'", "'comment:9999999999999999999'", "'comment:٣'", "'comment:7'", "'x'", "'article:1'"]
)
def test_an_erasure_of_nothing_that_there_is_is_left_out(eight: Newsroom, subject: str) -> None:
    for number in range(2):
        intake.withdraw(eight.desk, eight.key, eight.say("civil", external_id=f"gone-{number}").external_id)
    tamper(eight, f"UPDATE audit_events SET subject = {subject} WHERE position = 9 AND log_id = :log")  # noqa: S608
    told = feed.erasures_after(eight.desk, eight.key, -1)
    assert ([one.external_id for one in told.items], told.more) == (["gone-1"], False)
