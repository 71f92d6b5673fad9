"""Every state change leaves its event; tampering in the database is found; the log refuses changes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from db.stores import log
from moderation.decision import Outcome, Reason
from moderation.errors import Forbidden
from moderation.ports import EventFilter
from moderation.roles import Role
from moderation.service import accounts, audit, intake, review
from moderation.verification import BreakKind
from tests.builders import OPERATOR, SITE, Newsroom, incoming, marked


def told(newsroom: Newsroom, **where: object) -> list[str]:
    wanted = EventFilter(**where)  # type: ignore[arg-type]
    page = audit.events(newsroom.desk, newsroom.people[Role.AUDITOR], site=SITE, where=wanted)
    return [row.type for row in reversed(page.rows)]


def test_the_whole_story_of_a_comment_is_told_in_order(newsroom: Newsroom) -> None:
    receipt = newsroom.say("rude", external_id="x")
    intake.edit(newsroom.desk, newsroom.key, "x", "rude two")
    newsroom.report("x", by="r")
    review.skip(newsroom.desk, newsroom.second, receipt.id)
    decided = review.decide(
        newsroom.desk, newsroom.moderator, receipt.id, Outcome.REJECT, seen_version=2, reasons=[Reason.ABUSIVE]
    )
    review.undo(newsroom.desk, newsroom.moderator, decided.id)
    intake.withdraw(newsroom.desk, newsroom.key, "x")
    assert told(newsroom, comment_id=receipt.id) == [
        "comment:submitted",
        "comment:edited",
        "comment:reported",
        "comment:skipped",
        "comment:decided",
        "decision:undone",
        "comment:withdrawn",
    ]
    assert all(found.ok for found in audit.verify(newsroom.desk, newsroom.people[Role.AUDITOR]))


def test_events_hold_ids_and_commitments_never_text(newsroom: Newsroom) -> None:
    newsroom.say("a secret thing", commenter_name="Zayd", external_id="x")
    intake.edit(newsroom.desk, newsroom.key, "x", "another secret thing")
    for row in audit.export(newsroom.desk, newsroom.people[Role.AUDITOR], site=SITE).rows:
        assert "secret" not in row.body
        assert "Zayd" not in row.body


def test_filters_and_pages(newsroom: Newsroom) -> None:
    auditor = newsroom.people[Role.AUDITOR]
    for n in range(7):
        newsroom.say(f"civil {n}")
    receipt = newsroom.say("rude")
    review.decide(newsroom.desk, newsroom.moderator, receipt.id, Outcome.APPROVE, seen_version=1)
    assert told(newsroom, actor="moderator:moderator-1") == ["comment:decided"]
    assert told(newsroom, type="comment:decided") == ["comment:decided"]
    assert "comment:submitted" not in told(newsroom, people_only=True)
    assert told(newsroom, until=newsroom.clock.at) == []
    assert len(told(newsroom, since=newsroom.clock.at - timedelta(hours=1))) == 11
    seen: list[int] = []
    before = None
    while True:
        page = audit.events(newsroom.desk, auditor, site=SITE, before=before, limit=4)
        seen += [row.position for row in page.rows]
        before = page.next_before
        if before is None:
            break
    assert seen == list(range(10, -1, -1))
    assert "moderator:moderator-1" in audit.actors(newsroom.desk, auditor, site=SITE)


FEW = pytest.mark.parametrize("few", [-1, 20_000])


@FEW
def test_few_events_and_many_are_found_alike(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr(log, "_FEW", few)
    newsroom.say("civil", article_id="other", commenter_id="other")
    before = newsroom.clock.at
    newsroom.clock.at += timedelta(hours=1)
    comment = newsroom.say("rude", article_id="here", commenter_id="amal")
    review.decide(newsroom.desk, newsroom.moderator, comment.id, Outcome.APPROVE, seen_version=1)
    with newsroom.desk.read() as uow:
        found = uow.comments.get(comment.id)
    assert found is not None
    both, after = ["comment:submitted", "comment:decided"], before + timedelta(minutes=1)
    assert told(newsroom, article_id=found.article_id) == both
    assert told(newsroom, commenter_id=found.commenter_id) == both
    assert told(newsroom, commenter_id=found.commenter_id, people_only=True) == both[1:]
    assert told(newsroom, since=after, until=newsroom.clock.at + timedelta(minutes=1)) == both
    assert told(newsroom, since=after, people_only=True, outcome="approve") == both[1:]
    assert told(newsroom, until=after, article_id=found.article_id) == []
    where = EventFilter(since=after, people_only=True)
    exported = audit.export(newsroom.desk, newsroom.people[Role.AUDITOR], site=SITE, where=where)
    assert [row.type for row in exported.rows] == ["comment:decided", "log:exported"]


@FEW
def test_what_was_decided_against_comments_is_found_page_by_page(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(log, "_FEW", few)
    accounts.add_site(newsroom.desk, OPERATOR, name="other", title="Other")
    intake.submit(newsroom.desk, OPERATOR, [incoming("rude")], site="other")
    for body in ("civil", "rude", "advert", "rude"):
        comment = newsroom.say(body)
        if body != "civil":
            said = (Reason.SPAM, Reason.OTHER) if body == "advert" else (Reason.HATE_SPEECH,)
            review.decide(newsroom.desk, newsroom.moderator, comment.id, Outcome.REJECT, reasons=said, seen_version=1)
    auditor, before = newsroom.people[Role.AUDITOR], None
    seen: list[str] = []
    while True:
        where = EventFilter(outcome="reject")
        page = audit.events(newsroom.desk, auditor, site=SITE, where=where, before=before, limit=2)
        seen += [row.type for row in page.rows]
        if (before := page.next_before) is None:
            break
    assert seen == ["comment:decided"] * 3
    assert told(newsroom, outcome="hold") == ["comment:submitted"] * 3
    assert told(newsroom, outcome="approve") == ["comment:submitted"]
    assert told(newsroom, reason="spam", type="comment:decided") == ["comment:decided"]
    assert told(newsroom, reason="hate_speech", outcome="reject") == ["comment:decided"] * 2
    assert told(newsroom, reason="other", until=newsroom.clock.at) == []
    assert told(newsroom, reason="other", people_only=True) == ["comment:decided"]
    where = EventFilter(reason="hate_speech")
    exported = audit.export(newsroom.desk, auditor, site=SITE, where=where)
    assert [row.type for row in exported.rows] == ["comment:decided"] * 2


def test_accounts_have_a_log_of_their_own(newsroom: Newsroom) -> None:
    page = audit.events(newsroom.desk, newsroom.people[Role.AUDITOR], site=None)
    types = {row.type for row in page.rows}
    assert {"staff:added", "link:issued", "session:opened"} <= types


def test_a_verification_does_not_see_what_comes_after_it_began(newsroom: Newsroom) -> None:
    newsroom.say("civil")
    told_of: list[int] = []

    def meanwhile(checked: int, _: int) -> None:
        if not told_of:
            newsroom.say("civil, meanwhile")
        told_of.append(checked)

    assert all(found.ok for found in audit.verify(newsroom.desk, OPERATOR, progress=meanwhile))
    assert all(found.ok for found in audit.verify(newsroom.desk, OPERATOR))


def test_an_export_is_itself_an_event(newsroom: Newsroom) -> None:
    rows = list(audit.export(newsroom.desk, newsroom.people[Role.AUDITOR], site=SITE).rows)
    assert rows[-1].type == "log:exported"
    assert json.loads(rows[-1].body)["actor"] == "auditor:auditor-1"


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.EDITOR])
def test_others_see_and_export_nothing(newsroom: Newsroom, role: Role) -> None:
    who = newsroom.people[role]
    with pytest.raises(Forbidden):
        audit.events(newsroom.desk, who, site=SITE)
    with pytest.raises(Forbidden):
        audit.export(newsroom.desk, who, site=SITE)
    with pytest.raises(Forbidden):
        audit.verify(newsroom.desk, who)
    with pytest.raises(Forbidden):
        audit.actors(newsroom.desk, who, site=SITE)


TAMPERINGS = [
    (
        "UPDATE audit_events SET body = replace(body, 'approve', 'reject') WHERE position = 4 AND log_id = :log",
        "altered",
    ),
    ("UPDATE audit_events SET actor = 'moderator:x' WHERE position = 4 AND log_id = :log", "altered"),
    ("DELETE FROM audit_events WHERE position = 4 AND log_id = :log", "removed"),
    (
        "INSERT INTO audit_events SELECT log_id, 4, type, actor, subject, machine, at, "
        "replace(body, '\"position\"\\:6', '\"position\"\\:4'), leaf, subtree "
        "FROM audit_events WHERE position = 6 AND log_id = :log",
        "altered",
    ),
]


@pytest.mark.parametrize(("statement", "kind"), TAMPERINGS)
def test_tampering_behind_the_triggers_is_named(
    newsroom: Newsroom, backend: str, database_url: str, statement: str, kind: str
) -> None:
    for n in range(8):
        newsroom.say(f"civil {n}")
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        if backend == "postgresql":
            connection.execute(text("ALTER TABLE audit_events DISABLE TRIGGER ALL"))
        else:
            connection.execute(text("DROP TRIGGER audit_events_no_UPDATE"))
            connection.execute(text("DROP TRIGGER audit_events_no_DELETE"))
        if statement.startswith("INSERT"):
            connection.execute(
                text("DELETE FROM audit_events WHERE position = 4 AND log_id = :log"), {"log": newsroom.site.id}
            )
        connection.execute(text(statement), {"log": newsroom.site.id})
    engine.dispose()
    broken = [found for found in audit.verify(newsroom.desk, OPERATOR) if not found.ok]
    assert [
        (found.origin, found.first_break.position, found.first_break.kind) for found in broken if found.first_break
    ] == [(f"taliq/{SITE}", 4, BreakKind(kind))]


@pytest.mark.parametrize("table", ["audit_events", "decisions", "policies"])
@pytest.mark.parametrize("verb", ["DELETE FROM {}", "UPDATE {} SET {}"])
def test_the_database_itself_refuses_to_change_the_record(
    newsroom: Newsroom, database_url: str, table: str, verb: str
) -> None:
    newsroom.say("civil")
    column = {"audit_events": "actor = 'x'", "decisions": "note = 'x'", "policies": "note = 'x'"}[table]
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text(verb.format(table, column)))
    engine.dispose()


@pytest.mark.parametrize("kept", ["rows", "proven"])
def test_who_reads_an_export_slowly_keeps_no_transaction_open(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, kept: str
) -> None:
    for name in ("_AT_ONCE", "_PROVEN_AT_ONCE"):
        monkeypatch.setattr(audit, name, 2)
    for number in range(5):
        newsroom.say(f"civil {number}")
    read, opened = marked(newsroom.desk.read)
    desk, where = replace(newsroom.desk, read=read), EventFilter(type="comment:submitted")
    made = audit.export(desk, newsroom.people[Role.AUDITOR], site=SITE, where=where)
    assert [opened.copy() for _ in getattr(made, kept)] == [[]] * 5
