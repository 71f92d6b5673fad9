"""What is older than its period goes, what is not stays, and counts, charts and the log are as they were."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from db.schema import commenters as commenters_table
from db.schema import decisions
from moderation.comment import Status
from moderation.decision import Outcome, Reason
from moderation.engagement import Grain, InsightFilter, Period
from moderation.errors import Forbidden, Invalid
from moderation.measure import MeasureKind
from moderation.ports import EventFilter
from moderation.retention import DEFAULTS, MAX_DAYS, Kind
from moderation.search import SearchFilter
from moderation.service import (
    appeals,
    audit,
    broad,
    commenters,
    insights,
    intake,
    opinions,
    retention,
    review,
    rollups,
    search,
    shifts,
)
from tests.builders import OPERATOR, SITE, START, Newsroom, sign_in

# Longer than an appeal can be lodged.
DAYS = 200
OLD, YOUNG = timedelta(days=DAYS, milliseconds=1), timedelta(days=DAYS)


def lived(newsroom: Newsroom) -> None:
    """One of each kind of data, all of the same moment."""
    desk, moderator = newsroom.desk, newsroom.moderator
    sent = newsroom.say("a rude thing", external_id="one", commenter_id="who", commenter_name="Zubayda")
    intake.edit(desk, newsroom.key, "one", "a rude other thing")
    intake.report(desk, newsroom.key, "one", reporter_id="reporter", reason=Reason.SPAM, note="a report")
    asked = opinions.give(
        desk, newsroom.second, sent.id, Outcome.REJECT, seen_version=2, reasons=[Reason.ABUSIVE], note="mine"
    )
    opinions.withdraw(desk, newsroom.second, asked.id)
    review.release(desk, newsroom.second)
    reject(newsroom, sent.id, 2, note="as she says", message="dear Zubayda")
    appeals.lodge(desk, newsroom.key, "one", "a plea")
    reject(newsroom, sent.id, 3, note="still", by=newsroom.second)
    who = search.find(desk, moderator, site=SITE, where=SearchFilter()).rows[0].comment.commenter_id
    commenters.note(desk, moderator, who, "known here", site=SITE)
    taken = commenters.take(desk, moderator, who, MeasureKind.WARN, site=SITE, reason=Reason.SPAM, note="warned")
    commenters.lift(desk, moderator, taken.id)
    shifts.end(desk, moderator, site=SITE, note="all calm")


def reject(newsroom: Newsroom, comment_id: int, version: int, *, by: object = None, **said: str) -> None:
    review.decide(
        newsroom.desk,
        by or newsroom.moderator,  # type: ignore[arg-type]
        comment_id,
        Outcome.REJECT,
        seen_version=version,
        reasons=[Reason.ABUSIVE],
        **said,  # type: ignore[arg-type]
    )


# How many of each the newsroom's life leaves; the words of a query that finds them.
LEFT = {
    Kind.REJECTED_TEXTS: "SELECT count(*) FROM comments WHERE body != ''",
    Kind.EARLIER_VERSIONS: "SELECT count(*) FROM revisions",
    Kind.REPORT_NOTES: "SELECT count(*) FROM flags WHERE note != ''",
    Kind.REPORTERS: "SELECT count(*) FROM flags WHERE source = 'reporter'",
    Kind.APPEAL_TEXTS: "SELECT count(*) FROM appeals WHERE text != '' AND salt IS NOT NULL",
    Kind.COMMENTER_NOTES: "SELECT count(*) FROM commenter_notes",
    Kind.QUIET_COMMENTERS: "SELECT count(*) FROM commenters WHERE external_id = 'who' AND name != ''",
    Kind.HANDOVERS: "SELECT count(*) FROM handovers",
}


def counted(newsroom: Newsroom, query: str) -> int:
    with newsroom.plant.engine.connect() as connection:
        return connection.execute(text(query)).scalar_one()


@pytest.mark.parametrize("kind", LEFT)
def test_each_kind_goes_when_its_period_is_over_and_not_a_moment_before(kind: Kind, newsroom: Newsroom) -> None:
    lived(newsroom)
    retention.set_days(newsroom.desk, OPERATOR, kind, DAYS)
    if kind is not Kind.HANDOVERS:
        retention.set_days(newsroom.desk, OPERATOR, Kind.HANDOVERS, 0)
    for after, left in ((YOUNG, 1), (OLD, 0)):
        newsroom.clock.at = START + after
        due = [one.count for one in retention.due(newsroom.desk, OPERATOR) if one.kind is kind]
        done = [one.count for one in retention.run(newsroom.desk, OPERATOR) if one.kind is kind]
        assert counted(newsroom, LEFT[kind]) == left
        assert due == done
        assert (sum(done) > 0) == (left == 0)
    assert sum(one.count for one in retention.run(newsroom.desk, OPERATOR)) == 0
    assert all(one.ok for one in audit.verify(newsroom.desk, OPERATOR))


def test_the_words_of_decisions_and_opinions_go_and_the_decisions_stay(newsroom: Newsroom) -> None:
    lived(newsroom)
    words = "SELECT count(*) FROM decisions WHERE note != '' OR message != ''"
    before = counted(newsroom, "SELECT count(*) FROM decisions")
    assert counted(newsroom, words) == 2
    retention.set_days(newsroom.desk, OPERATOR, Kind.DECISION_NOTES, DAYS)
    newsroom.clock.at = START + OLD
    done = {one.kind: one.count for one in retention.run(newsroom.desk, OPERATOR)}
    assert done[Kind.DECISION_NOTES] == 3
    assert counted(newsroom, words) == 0
    assert counted(newsroom, "SELECT count(*) FROM opinions WHERE note != ''") == 0
    assert counted(newsroom, "SELECT count(*) FROM decisions") == before


def test_the_note_to_a_measure_against_a_domain_goes_once_it_has_ended(newsroom: Newsroom) -> None:
    given = {"site": SITE, "reason": Reason.SPAM, "note": "as Zubayda says"}
    ended, held = [
        broad.take(newsroom.desk, newsroom.admin, f"{name}.example", MeasureKind.BAN, **given)  # type: ignore[arg-type]
        for name in ("ended", "held")
    ]
    broad.lift(newsroom.desk, newsroom.admin, ended.id)
    retention.set_days(newsroom.desk, OPERATOR, Kind.COMMENTER_NOTES, DAYS)
    newsroom.clock.at = START + OLD
    retention.run(newsroom.desk, OPERATOR)
    notes = {one.id: one.note for one in broad.listed(newsroom.desk, OPERATOR, site=SITE)}
    assert notes == {ended.id: "", held.id: "as Zubayda says"}


def test_the_note_to_a_warning_goes_and_to_what_is_in_force_stays(newsroom: Newsroom) -> None:
    newsroom.say(commenter_id="who")
    who = search.find(newsroom.desk, newsroom.moderator, site=SITE, where=SearchFilter()).rows[0].comment.commenter_id
    for kind in (MeasureKind.WARN, MeasureKind.BAN):
        commenters.take(newsroom.desk, newsroom.moderator, who, kind, site=SITE, reason=Reason.SPAM, note="a note")
    retention.set_days(newsroom.desk, OPERATOR, Kind.COMMENTER_NOTES, DAYS)
    for after, kinds in ((YOUNG, {"warn", "ban"}), (OLD, {"ban"})):
        newsroom.clock.at = START + after
        retention.run(newsroom.desk, OPERATOR)
        with newsroom.plant.engine.connect() as connection:
            assert set(connection.execute(text("SELECT kind FROM measures WHERE note != ''")).scalars()) == kinds


def test_nothing_else_of_a_decision_can_be_changed(newsroom: Newsroom) -> None:
    newsroom.say("civil", external_id="one")
    for column in decisions.c:
        value = {str: "'x'", int: "77", bool: f"NOT coalesce({column.name}, false)"}.get(column.type.python_type, "77")
        change = text(f"UPDATE decisions SET {column.name} = {value}")  # noqa: S608 -- a column of ours
        with pytest.raises(Exception, match="append-only"), newsroom.plant.engine.begin() as connection:
            connection.execute(change)


PERIOD = Period(start=START - timedelta(days=1), end=START + timedelta(days=1), grain=Grain.HOUR, time_zone="UTC")


def charts(newsroom: Newsroom) -> list[object]:
    """All that they tell, and what the desk knows of who wrote; without the length of what was written."""
    desk, admin = newsroom.desk, sign_in(newsroom.desk, "admin-1")
    where = InsightFilter(status=Status.REJECTED)
    pages = (insights.insights, insights.talk, insights.agenda, insights.work, insights.readers)
    told = [page(desk, admin, site=SITE, period=PERIOD) for page in pages]
    with newsroom.plant.engine.connect() as connection:
        record = connection.execute(text("SELECT visible, rejected, pending, reported FROM commenter_records")).all()
    talked = insights.conversation(desk, admin, site=SITE, period=PERIOD).languages
    return [*told, talked, insights.insights(desk, admin, site=SITE, period=PERIOD, where=where), record]


@pytest.mark.parametrize("beforehand", [False, True], ids=["directly", "beforehand"])
def test_charts_stay_and_a_rejected_text_outlives_the_right_to_appeal(newsroom: Newsroom, beforehand: bool) -> None:
    lived(newsroom)
    newsroom.say("civil", external_id="seen", commenter_id="who")
    retention.set_days(newsroom.desk, OPERATOR, Kind.REJECTED_TEXTS, 1)
    newsroom.clock.at = PERIOD.end
    if beforehand:
        rollups.roll_up(newsroom.desk, OPERATOR)
    before = charts(newsroom)
    newsroom.clock.at = START + timedelta(days=183)
    assert not [one for one in retention.run(newsroom.desk, OPERATOR) if one.kind is Kind.REJECTED_TEXTS and one.count]
    newsroom.clock.at += timedelta(milliseconds=1)
    [gone] = [one for one in retention.run(newsroom.desk, OPERATOR) if one.kind is Kind.REJECTED_TEXTS]
    assert (gone.count, gone.days) == (1, 183)
    newsroom.clock.at = PERIOD.end
    if beforehand:
        rollups.roll_up(newsroom.desk, OPERATOR)
    assert charts(newsroom) == before


def test_a_rejection_stays_with_whoever_takes_the_comment_back(newsroom: Newsroom) -> None:
    sent = newsroom.say("a rude thing", external_id="one", commenter_id="who")
    newsroom.say("a rude thing", external_id="two", commenter_id="other")
    reject(newsroom, sent.id, 1)
    for one in ("one", "two"):
        assert intake.withdraw(newsroom.desk, newsroom.key, one).status is Status.ERASED
    with newsroom.plant.engine.connect() as connection:
        rejected = connection.execute(text("SELECT rejected FROM commenter_records ORDER BY rejected")).scalars().all()
    assert rejected == [0, 1]


def test_who_is_banned_or_did_something_lately_is_known_still(newsroom: Newsroom) -> None:
    names = {"banned", "writes", "changes", "appeals", "reports", "quiet"}
    for who in names:
        newsroom.say("civil", external_id=f"of-{who}", commenter_id=who)
    rude = newsroom.say("a rude thing", external_id="no", commenter_id="appeals")
    found = search.find(newsroom.desk, newsroom.moderator, site=SITE, where=SearchFilter()).rows
    banned = next(row.comment.commenter_id for row in found if row.comment.external_id == "of-banned")
    commenters.take(newsroom.desk, newsroom.moderator, banned, MeasureKind.BAN, site=SITE, reason=Reason.SPAM)
    retention.set_days(newsroom.desk, OPERATOR, Kind.QUIET_COMMENTERS, DAYS)
    newsroom.clock.at = START + YOUNG / 2
    reject(newsroom, rude.id, 1, by=sign_in(newsroom.desk, "moderator-1"))
    newsroom.clock.at = START + OLD
    newsroom.say("civil", external_id="again", commenter_id="writes", created_at=newsroom.clock.at)
    newsroom.report("of-writes", by="reports")
    intake.edit(newsroom.desk, newsroom.key, "of-changes", "as civil")
    appeals.lodge(newsroom.desk, newsroom.key, "no", "a plea")
    retention.run(newsroom.desk, OPERATOR)
    with newsroom.plant.engine.connect() as connection:
        known = set(connection.execute(select(commenters_table.c.external_id)).scalars()) & names
    assert known == names - {"quiet"}
    # A stranger from now on, whose comments are another's.
    assert newsroom.say("back", external_id="back", commenter_id="quiet", created_at=newsroom.clock.at).id


def test_ended_sessions_and_failures_go_by_themselves_and_live_ones_stay(newsroom: Newsroom) -> None:
    sessions = "SELECT count(*) FROM sessions"
    assert counted(newsroom, sessions) == 5
    newsroom.clock.at = START + timedelta(days=400)
    live = sign_in(newsroom.desk, "admin-1")
    done = [one for one in retention.run(newsroom.desk, live) if one.kind is Kind.SIGN_INS]
    assert [(one.site, one.days) for one in done] == [(None, 90)]
    assert counted(newsroom, sessions) == 1
    [told] = audit.events(newsroom.desk, OPERATOR, site=None, where=EventFilter(type="retention:applied")).rows
    assert told.subject == "retention:sign_ins"


def test_a_run_that_is_stopped_goes_on_when_it_is_called_again(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "_AT_ONCE", 2)
    for number in range(5):
        newsroom.report(newsroom.say("civil", external_id=f"c{number}").external_id, by=f"r{number}")
    retention.set_days(newsroom.desk, OPERATOR, Kind.REPORTERS, 1)
    newsroom.clock.at = START + timedelta(days=2)
    told: list[tuple[int, int]] = []

    def stopping(steps: list[int] = [1, 0]) -> bool:  # noqa: B006 -- one list for this test's two questions
        return not steps or not steps.pop(0)

    first = retention.run(newsroom.desk, OPERATOR, stopping=stopping, progress=lambda *seen: told.append(seen))
    second = retention.run(newsroom.desk, OPERATOR, progress=lambda *seen: told.append(seen))
    assert [sum(one.count for one in run if one.kind is Kind.REPORTERS) for run in (first, second)] == [2, 3]
    assert told == [(2, 5), (2, 3), (3, 3)]
    steps = audit.events(newsroom.desk, OPERATOR, site=SITE, where=EventFilter(type="retention:applied")).rows
    assert ['"count":2' in one.body for one in steps] == [False, True, True]


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_what_another_process_takes_away_meanwhile_is_counted_there_alone(newsroom: Newsroom) -> None:
    for number in range(3):
        newsroom.report(newsroom.say("civil", external_id=f"c{number}").external_id, by=f"r{number}")
    retention.set_days(newsroom.desk, OPERATOR, Kind.REPORTERS, 1)
    newsroom.clock.at = START + timedelta(days=2)
    given = {"before": START + timedelta(days=1), "now": newsroom.clock.at, "limit": 2}
    with ThreadPoolExecutor(1) as other:
        with newsroom.desk.begin() as uow:
            assert uow.retention.drop(Kind.REPORTERS, newsroom.site.id, **given) == 2  # type: ignore[arg-type]
            meanwhile = other.submit(retention.run, newsroom.desk, OPERATOR)
            while not counted(newsroom, "SELECT count(*) FROM pg_locks WHERE NOT granted"):
                assert not meanwhile.done(), "it must wait for what we hold"
        assert [one.count for one in meanwhile.result() if one.kind is Kind.REPORTERS] == [1]


def test_setting_is_an_admins_and_an_event(newsroom: Newsroom) -> None:
    assert {one.kind: one.days for one in retention.periods(newsroom.desk, newsroom.admin)} == dict(DEFAULTS)
    for _ in range(2):
        set_ = retention.set_days(newsroom.desk, newsroom.admin, Kind.REPORTERS, 30)
    assert (set_.days, set_.set_by) == (30, "admin:admin-1")
    events = audit.events(newsroom.desk, OPERATOR, site=None, where=EventFilter(type="retention:set")).rows
    assert len(events) == 1
    for days in (-1, MAX_DAYS + 1):
        with pytest.raises(Invalid):
            retention.set_days(newsroom.desk, newsroom.admin, Kind.REPORTERS, days)
    with pytest.raises(Forbidden):
        retention.run(newsroom.desk, newsroom.moderator)


def test_others_write_between_two_steps(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a thread that takes the next turn at once, SQLite's would be for as long as the run is."""
    for number in range(3):
        reject(newsroom, newsroom.say(f"rude {number}", external_id=f"no-{number}").id, 1)
    retention.set_days(newsroom.desk, OPERATOR, Kind.REJECTED_TEXTS, DAYS)
    newsroom.clock.at = START + OLD
    written: list[intake.Receipt] = []
    monkeypatch.setattr(retention, "_TEXTS_AT_ONCE", 1)
    monkeypatch.setattr(retention, "let_others_write", lambda: written.append(newsroom.say(f"civil {len(written)}")))
    retention.run(newsroom.desk, OPERATOR)
    assert len(written) >= 3
