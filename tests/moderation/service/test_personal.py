"""What is held about a commenter is given out whole, and erased so that nothing but counts is left."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from db.stores import _findable
from db.stores._parts import parts_of
from db.stores.personal import PersonalStore
from moderation.decision import Outcome, Reason
from moderation.engagement import Grain, InsightFilter, Period
from moderation.errors import Forbidden, NotFound
from moderation.measure import MeasureKind
from moderation.ports import EventFilter
from moderation.roles import Role
from moderation.search import SearchFilter
from moderation.service import (
    appeals,
    audit,
    commenters,
    erasing,
    intake,
    opinions,
    personal,
    records,
    retention,
    review,
    search,
)
from moderation.text.normalise import folded
from tests.builders import OPERATOR, SITE, START, Newsroom, incoming, marked

WHO = "reader-7"
SECRETS = (
    "zebra quartz",
    "walrus amber",
    "Zubayda",
    "lantern note",
    "topaz aside",
    "opal answer",
    "copper plea",
    "violet report",
    "about the zubayda",
    "zebu@address.example",
    "address.example",
    WHO,
)


def lived(newsroom: Newsroom) -> list[intake.Receipt]:
    """A commenter with everything that can be held of one."""
    given = {"commenter_id": WHO, "commenter_name": "Zubayda", "commenter_email": "zebu@address.example"}
    sent = [newsroom.say("a rude zebra quartz", external_id="one", **given)]
    sent.append(newsroom.say("civil", external_id="two", **given))
    intake.edit(newsroom.desk, newsroom.key, "one", "a rude walrus amber")
    review.decide(
        newsroom.desk,
        newsroom.moderator,
        sent[0].id,
        Outcome.REJECT,
        seen_version=2,
        reasons=[Reason.ABUSIVE],
        note="a topaz aside",
        message="an opal answer",
    )
    appeals.lodge(newsroom.desk, newsroom.key, "one", "a copper plea")
    newsroom.say("another's", external_id="three", commenter_id="else")
    intake.report(newsroom.desk, newsroom.key, "three", reporter_id=WHO, reason=Reason.SPAM, note="a violet report")
    intake.report(newsroom.desk, newsroom.key, "two", reporter_id="else", reason=Reason.SPAM, note="about the zubayda")
    who = search.find(newsroom.desk, newsroom.moderator, site=SITE, where=SearchFilter()).rows[-1].comment.commenter_id
    commenters.note(newsroom.desk, newsroom.moderator, who, "a lantern note", site=SITE)
    commenters.take(
        newsroom.desk, newsroom.moderator, who, MeasureKind.WARN, site=SITE, reason=Reason.SPAM, note="lantern note too"
    )
    return sent


def everything(database_url: str) -> str:
    """Every value of every table."""
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    found = []
    with engine.connect() as connection:
        for table in inspect(engine).get_table_names():
            if not table.startswith("search_index"):
                rows = connection.execute(text(f'SELECT * FROM "{table}"')).all()  # noqa: S608
                found += [repr(tuple(row)) for row in rows]
    engine.dispose()
    return "\n".join(found)


def test_all_that_is_held_is_given_out(newsroom: Newsroom) -> None:
    two = lived(newsroom)[1]
    given = {"seen_version": 2, "reasons": [Reason.SPAM], "note": "a jade opinion"}
    opinions.give(newsroom.desk, newsroom.second, two.id, Outcome.REJECT, **given)  # type: ignore[arg-type]
    found = personal.held(newsroom.desk, newsroom.admin, WHO, site=SITE)
    said = json.dumps(found)
    for secret in SECRETS:
        # What another reader wrote in a report is that reader's.
        assert secret in said or secret == "about the zubayda"
    one, other = found["comments"]  # type: ignore[misc]
    assert (one["external_id"], one["article"], one["edited_at"]) == ("one", "a-1", "2026-11-23T12:00:00.000Z")
    assert [(each["revision"], each["toxic"]) for each in one["scores"]] == [(1, 0.9), (2, 0.9)]
    assert (other["external_id"], other["opinions"][0]["note"]) == ("two", "a jade opinion")
    assert other["reports"] == [{"reason": "spam", "at": "2026-11-23T12:00:00.000Z"}]
    told = audit.events(newsroom.desk, newsroom.admin, site=SITE, where=EventFilter(type="commenter:exported"))
    assert len(told.rows) == 1


def test_others_can_write_while_all_that_is_held_is_read(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    lived(newsroom)
    begin, writing = marked(newsroom.desk.begin)
    found: list[list[bool]] = []
    read = PersonalStore.held
    monkeypatch.setattr(PersonalStore, "held", lambda self, who: found.append(writing.copy()) or read(self, who))
    assert personal.held(replace(newsroom.desk, begin=begin), newsroom.admin, WHO, site=SITE)["comments"]
    assert found == [[]]


def test_nothing_of_the_person_is_left_anywhere(newsroom: Newsroom, database_url: str) -> None:
    lived(newsroom)
    assert all(secret.casefold() in everything(database_url).casefold() for secret in SECRETS)
    steps: list[tuple[int, int]] = []
    done = personal.erase(newsroom.desk, newsroom.admin, WHO, site=SITE, progress=lambda *step: steps.append(step))
    assert (done.comments, steps) == (2, [(2, 2)])
    left = everything(database_url).casefold()
    assert [secret for secret in SECRETS if secret.casefold() in left] == []
    assert search.find(newsroom.desk, newsroom.moderator, site=SITE, where=SearchFilter(words=("walrus",))).rows == ()
    assert all(found.ok for found in audit.verify(newsroom.desk, OPERATOR))
    with pytest.raises(NotFound):
        personal.held(newsroom.desk, newsroom.admin, WHO, site=SITE)


def test_who_only_reports_is_told_and_forgotten_as_well(newsroom: Newsroom, database_url: str) -> None:
    newsroom.say("another's", external_id="one", commenter_id="else")
    newsroom.clock.advance(hours=1)
    intake.report(newsroom.desk, newsroom.key, "one", reporter_id=WHO, reason=Reason.SPAM, note="a violet report")
    newsroom.clock.advance(hours=1)
    found = personal.held(newsroom.desk, newsroom.admin, WHO, site=SITE)
    assert (found["first_seen_at"], found["comments"]) == ("2026-11-23T13:00:00.000Z", [])
    assert "a violet report" in str(found["reports_made"])
    assert personal.erase(newsroom.desk, newsroom.admin, WHO, site=SITE).comments == 0
    left = everything(database_url)
    assert (WHO in left, "violet" in left) == (False, False)
    assert records.recount(newsroom.desk, OPERATOR, site=SITE) == 0
    with pytest.raises(NotFound):
        personal.held(newsroom.desk, newsroom.admin, WHO, site=SITE)


ODD = ("ϟϡϠ", "ҚҖҒ", "ҎҌҊ")
"""Letters that nobody else writes: a trigram of them is nothing else's."""


def in_small_steps(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """An index of several parts, into which each text goes at once, and a page of it a step."""
    monkeypatch.setattr(_findable, "_STEP", 1)
    at_once(monkeypatch)
    for number in range(3):
        said = [_various(number, each) for each in range(30)]
        newsroom.submit(*[incoming(f"civil thought {one}", commenter_id=one, commenter_name=one) for one in said])


def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_LOT", "_TIMES"):
        monkeypatch.setattr(_findable, name, 1)


def _various(*numbers: int) -> str:
    return hashlib.sha512(bytes(numbers)).hexdigest()[:100]


def written_and_gone(newsroom: Newsroom) -> None:
    """Each of them in a comment: the first stays, the second is taken back and the third changed."""
    stays, taken_back, changed = ODD
    newsroom.say(f"a {stays}", commenter_id=WHO)
    newsroom.say(f"a {taken_back}", external_id="taken back")
    newsroom.say(f"a {changed}", external_id="changed")
    intake.withdraw(newsroom.desk, newsroom.key, "taken back")
    intake.edit(newsroom.desk, newsroom.key, "changed", "a civil word")


def letters_kept(newsroom: Newsroom) -> list[str]:
    """Which of them lie in the index as it is in the database."""
    with newsroom.plant.engine.connect() as connection:
        blocks = b"".join(connection.execute(text("SELECT block FROM search_index_data")).scalars())
    return [word for word in ODD if any(letter.encode() in blocks for letter in folded(word))]


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_what_found_an_erased_text_goes_to_the_last_corner_of_the_index(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_small_steps(newsroom, monkeypatch)
    written_and_gone(newsroom)
    assert letters_kept(newsroom) == [*ODD]
    retention.run(newsroom.desk, OPERATOR)
    assert letters_kept(newsroom) == [ODD[0]]
    personal.erase(newsroom.desk, newsroom.admin, WHO, site=SITE)
    assert letters_kept(newsroom) == []
    assert search.find(newsroom.desk, newsroom.moderator, site=SITE, where=SearchFilter(words=("thought",))).rows


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_text_that_goes_before_it_is_indexed_was_never_in_the_index(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    written_and_gone(newsroom)
    personal.erase(newsroom.desk, newsroom.admin, WHO, site=SITE)
    at_once(monkeypatch)
    newsroom.say("a civil thought")
    assert letters_kept(newsroom) == []
    with newsroom.plant.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM search_unindexed")).scalar_one() == 0


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_tidying_ends_between_two_steps_where_it_is_told_to(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_small_steps(newsroom, monkeypatch)
    asked = iter([False, True])
    erasing.tidy(newsroom.desk, OPERATOR, stopping=lambda: next(asked))
    assert next(asked, None) is None
    erasing.tidy(newsroom.desk, OPERATOR)
    with newsroom.desk.begin() as uow:
        assert uow.search.tidy(None) is None


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_tidying_ends_beside_who_writes_on_and_on(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    in_small_steps(newsroom, monkeypatch)
    newsroom.say(f"a {ODD[0]}", external_id="taken back")
    intake.withdraw(newsroom.desk, newsroom.key, "taken back")

    assert letters_kept(newsroom) == [ODD[0]]

    def written() -> bool:
        newsroom.say("another civil thought")
        return False

    for _ in range(2):
        erasing.tidy(newsroom.desk, OPERATOR, stopping=written)
    assert levels(newsroom, "search_index") < 10
    assert letters_kept(newsroom) == []


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("found", [_findable.TEXTS, _findable.NAMES])
def test_an_index_that_was_made_one_often_is_made_anew(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, found: _findable.Findable
) -> None:
    in_small_steps(newsroom, monkeypatch)
    monkeypatch.setattr(_findable, "_TALLEST", 6)
    tall = []
    for number in range(9):
        newsroom.say(f"a civil walrus {number}", commenter_id=f"r{number}", commenter_name=f"reader {number}")
        with newsroom.plant.engine.begin() as connection:
            found.tidy(connection, None) if found is _findable.TEXTS else found.purge(connection)
        tall.append(levels(newsroom, found.index.name))
    assert max(tall) in (6, 7)
    assert tall != sorted(tall)
    where = SearchFilter(words=("walrus",))
    assert len(search.find(newsroom.desk, newsroom.moderator, site=SITE, where=where).rows) == 9
    assert search.named(newsroom.desk, newsroom.moderator, site=SITE, words=("reader",))


def levels(newsroom: Newsroom, index: str) -> int:
    with newsroom.plant.engine.connect() as connection:
        return parts_of(connection, index).levels


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_what_is_erased_is_overwritten_in_the_file(newsroom: Newsroom) -> None:
    with newsroom.plant.engine.connect() as connection:
        assert connection.execute(text("PRAGMA secure_delete")).scalar_one() == 1
    lived(newsroom)
    database = Path(str(newsroom.plant.engine.url.database))
    files = [database, database.with_name(f"{database.name}-wal")]
    there = b"".join(file.read_bytes() for file in files)
    assert [one for one in SECRETS if one.encode() not in there] == []
    personal.erase(newsroom.desk, OPERATOR, WHO, site=SITE)
    there = b"".join(file.read_bytes() for file in files)
    assert [one for one in SECRETS if one.encode() in there] == []


def test_counts_stay_as_they_were(newsroom: Newsroom) -> None:
    lived(newsroom)
    period = Period(
        start=START - timedelta(days=1), end=START + timedelta(days=1), grain=Grain.DAY, time_zone="Africa/Cairo"
    )

    def counted() -> tuple[int, int, int]:
        with newsroom.desk.read() as uow:
            found = uow.insights.insights(newsroom.site.id, period, InsightFilter())
        return found.overview.comments, found.overview.commenters, sum(row.comments for row in found.articles)

    before = counted()
    personal.erase(newsroom.desk, newsroom.admin, WHO, site=SITE)
    assert counted() == before


def test_an_interrupted_erasure_goes_on(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        newsroom.say(f"text {number}", commenter_id=WHO)
    monkeypatch.setattr(personal, "_AT_ONCE", 2)

    def stop(done: int, _: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        personal.erase(newsroom.desk, newsroom.admin, WHO, site=SITE, progress=stop)
    assert personal.erase(newsroom.desk, newsroom.admin, WHO, site=SITE).comments == 3
    told = audit.events(newsroom.desk, newsroom.admin, site=SITE, where=EventFilter(type="comment:erased"), limit=50)
    assert len(told.rows) == 5


def test_the_same_reader_begins_as_a_stranger(newsroom: Newsroom) -> None:
    first = newsroom.say("text", commenter_id=WHO)
    personal.erase(newsroom.desk, newsroom.admin, WHO, site=SITE)
    again = newsroom.say("text", commenter_id=WHO)
    with newsroom.desk.read() as uow:
        one, other = uow.comments.get(first.id), uow.comments.get(again.id)
    assert one is not None
    assert other is not None
    assert one.commenter_id != other.commenter_id


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.EDITOR, Role.AUDITOR])
def test_only_admins_may(newsroom: Newsroom, role: Role) -> None:
    newsroom.say("text", commenter_id=WHO)
    for act in (personal.held, personal.erase):
        with pytest.raises(Forbidden):
            act(newsroom.desk, newsroom.people[role], WHO, site=SITE)
        with pytest.raises(Forbidden):
            act(newsroom.desk, newsroom.key, WHO, site=SITE)
        with pytest.raises(NotFound):
            act(newsroom.desk, newsroom.admin, "nobody", site=SITE)
