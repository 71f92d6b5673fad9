"""Commenters' records are as their comments are: whoever changes these, in whichever transactions, at once or not."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from alembic import command
from sqlalchemy import delete, insert, select, update

from db.migrate import config, upgrade
from db.schema import commenter_records, commenters
from db.stores._records import counted, recount
from moderation.article import Record
from moderation.audit import EventType
from moderation.comment import Status
from moderation.errors import Contention
from moderation.service import accounts, audit, intake, records
from tests.builders import OPERATOR, SITE, Newsroom, incoming
from tests.moderation.service.test_personal import lived

GUEST = "guest"


def kept(newsroom: Newsroom) -> list[tuple[int, ...]]:
    with newsroom.plant.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(select(commenter_records).order_by("commenter_id"))]


def true(newsroom: Newsroom) -> list[tuple[int, ...]]:
    with newsroom.plant.engine.connect() as connection:
        return sorted(tuple(row) for row in connection.execute(counted()))


def test_they_are_what_a_recount_finds_before_and_after_it(newsroom: Newsroom) -> None:
    lived(newsroom)
    before = kept(newsroom)
    assert before == true(newsroom)
    assert any(row[-1] for row in before)
    with newsroom.plant.engine.begin() as connection:
        recount(connection)
    assert kept(newsroom) == before


def told_of(newsroom: Newsroom) -> list[tuple[str, object]]:
    rows = audit.events(newsroom.desk, OPERATOR, site=SITE).rows
    return [(row.actor, json.loads(row.body)["data"]) for row in rows if row.type == EventType.COMMENTERS_RECOUNTED]


def test_what_is_right_is_left_alone_and_nothing_is_told(newsroom: Newsroom) -> None:
    lived(newsroom)
    before = kept(newsroom)
    assert records.recount(newsroom.desk, newsroom.admin, site=SITE) == 0
    assert (kept(newsroom), told_of(newsroom)) == (before, [])


@pytest.mark.parametrize("backend", ["postgresql"])
def test_who_is_writing_is_waited_for(newsroom: Newsroom) -> None:
    lived(newsroom)
    with ThreadPoolExecutor(1) as pool:
        with newsroom.desk.begin() as uow:
            uow.log.hold(newsroom.site.id)
            counting = pool.submit(records.recount, newsroom.desk, newsroom.admin, site=SITE)
            with pytest.raises(TimeoutError):
                counting.result(0.3)
        assert counting.result(60) == 0


def test_what_is_wrong_is_put_right_and_told(newsroom: Newsroom) -> None:
    lived(newsroom)
    before = kept(newsroom)
    missing, more, *_ = [row[0] for row in before]
    with newsroom.plant.engine.begin() as connection:
        of = commenter_records.c.commenter_id
        connection.execute(delete(commenter_records).where(of == missing))
        connection.execute(update(commenter_records).where(of == more).values(pending=7))
        # Of a reader without comments, who has none to be counted.
        site_id = before[0][1]
        reader = {"id": 5, "site_id": site_id, "external_id": "quiet", "name": "", "folded": ""}
        connection.execute(insert(commenters).values(**reader, first_seen_at=newsroom.clock()))
        connection.execute(insert(commenter_records).values((5, site_id, 1, 0, 0, 0)))
    assert records.recount(newsroom.desk, newsroom.admin, site=SITE) == 3
    assert kept(newsroom) == before
    assert told_of(newsroom) == [("admin:admin-1", {"commenters": 3})]
    assert records.recount(newsroom.desk, newsroom.admin, site=SITE) == 0


def test_another_sites_records_are_not_touched(newsroom: Newsroom) -> None:
    lived(newsroom)
    accounts.add_site(newsroom.desk, OPERATOR, name="other", title="Other")
    with newsroom.plant.engine.begin() as connection:
        connection.execute(update(commenter_records).values(visible=9))
    wrong = kept(newsroom)
    assert records.recount(newsroom.desk, OPERATOR, site="other") == 0
    assert kept(newsroom) == wrong


def test_a_database_that_had_none_has_them_counted(newsroom: Newsroom) -> None:
    lived(newsroom)
    before = kept(newsroom)
    with newsroom.plant.engine.begin() as connection:
        command.downgrade(config(connection), "0026")
    upgrade(newsroom.plant.engine)
    assert kept(newsroom) == before


def test_what_was_rejected_before_it_was_erased_is_found_out(newsroom: Newsroom) -> None:
    lived(newsroom)
    for one in ("one", "two", "three"):
        intake.withdraw(newsroom.desk, newsroom.key, one)
    before, rejected = kept(newsroom), sum(row[3] for row in kept(newsroom))
    assert (rejected, before) == (1, true(newsroom))
    with newsroom.plant.engine.begin() as connection:
        command.downgrade(config(connection), "0029")
    assert sum(row[3] for row in kept(newsroom)) == 0
    upgrade(newsroom.plant.engine)
    assert kept(newsroom) == before == true(newsroom)


def test_a_change_of_what_somebody_else_changed_counts_nothing(newsroom: Newsroom) -> None:
    said = newsroom.say("rude", commenter_id=GUEST)
    before = kept(newsroom)
    with pytest.raises(Contention):
        _change(newsroom, said.id, seen_version=7)
    assert kept(newsroom) == before
    _change(newsroom, said.id, seen_version=1)
    assert kept(newsroom) == true(newsroom) != before


def _change(newsroom: Newsroom, comment_id: int, *, seen_version: int) -> None:
    with newsroom.desk.begin() as uow:
        comment = uow.comments.get(comment_id)
        assert comment is not None
        uow.comments.advance(replace(comment, version=seen_version), status=Status.REJECTED, by_machine=True)


def test_who_has_no_record_is_shown_and_gets_one(newsroom: Newsroom) -> None:
    said = newsroom.say("rude", commenter_id=GUEST)
    with newsroom.plant.engine.begin() as connection:
        connection.execute(delete(commenter_records))
    with newsroom.desk.read() as uow:
        card = uow.cards.card(said.id, staff_id=1, now=newsroom.clock())
    assert card is not None
    assert card.record == Record()
    newsroom.say("civil", commenter_id=GUEST)
    assert [row[2] for row in kept(newsroom)] == [1]


def test_within_one_transaction_they_are_read_as_they_are_by_then(newsroom: Newsroom) -> None:
    said = newsroom.say("rude", commenter_id=GUEST)
    with newsroom.desk.begin() as uow:
        card = uow.cards.card(said.id, staff_id=1, now=newsroom.clock())
        assert card is not None
        comment = card.comment
        assert (card.record.visible, card.record.pending) == (0, 1)
        uow.comments.advance(comment, status=Status.APPROVED, by_machine=False)
        again = uow.cards.card(said.id, staff_id=1, now=newsroom.clock())
        assert again is not None
        assert (again.record.visible, again.record.pending) == (1, 0)
        assert uow.commenters.records([comment.commenter_id])[comment.commenter_id].visible == 1


def test_many_at_once_wait_for_each_other_and_lose_nothing(newsroom: Newsroom) -> None:
    """Each has to do with the same three commenters, in an order of its own."""
    names = ("a", "b", GUEST)

    def come_in(number: int) -> None:
        some = [names[(number + each) % 3] for each in range(6)]
        items = [
            incoming("rude" if each % 2 else "civil", external_id=f"{number}.{each}", commenter_id=name)
            for each, name in enumerate(some)
        ]
        intake.submit(newsroom.desk, OPERATOR, items, site=SITE)

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(come_in, range(30)))
    assert sum(row[2] + row[4] for row in kept(newsroom)) == 180
    assert kept(newsroom) == true(newsroom)
