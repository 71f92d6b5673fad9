"""Scores of another model for what is stored: which comments, what stays, what an interruption leaves."""

from __future__ import annotations

import hashlib
import json
import struct
from dataclasses import replace

import pytest
from sqlalchemy import select

from db import schema
from moderation.comment import Status
from moderation.decision import Outcome, Reason
from moderation.errors import Conflict, Forbidden
from moderation.ports import EventFilter
from moderation.queue import Factor
from moderation.roles import Role
from moderation.service import audit, intake, rescoring, review
from tests.builders import OPERATOR, SITE, Newsroom, TableScorer, incoming

NEW = TableScorer(version="test-2", table={"rude": {"toxic": 0.2}, "sly": {"toxic": 0.7, "threat": 0.9}})


def rescore(newsroom: Newsroom, scorer: TableScorer = NEW, caller=OPERATOR, site: str | None = SITE):
    told: list[tuple[int, int]] = []
    desk = replace(newsroom.desk, scorer=scorer)
    found = rescoring.rescore(desk, caller, site=site, progress=lambda done, of: told.append((done, of)))
    return found, told


def scores_of(newsroom: Newsroom, comment_id: int):
    with newsroom.desk.read() as uow:
        comment = uow.comments.get(comment_id)
        return uow.comments.scores(comment_id, comment.revision)


def first(newsroom: Newsroom):
    return review.next_card(newsroom.desk, newsroom.moderator, site=SITE)


def events(newsroom: Newsroom):
    page = audit.events(newsroom.desk, OPERATOR, site=SITE, where=EventFilter(), limit=50)
    return [json.loads(row.body) for row in page.rows if row.type == "comments:rescored"]


def test_every_present_text_gets_the_scores_of_the_model_that_judges(newsroom: Newsroom) -> None:
    rude, sly, gone, changed = newsroom.submit(*[incoming(f"a {word} word") for word in ("rude", "sly", "bad", "good")])
    intake.withdraw(newsroom.desk, newsroom.key, gone.external_id)
    intake.edit(newsroom.desk, newsroom.key, changed.external_id, "another rude word")
    found, told = rescore(newsroom)
    assert (found.model, found.comments) == ("test-2", 3)
    assert told == [(0, 3), (3, 3)]
    assert scores_of(newsroom, rude.id) == NEW.score(["rude"])[0]
    assert scores_of(newsroom, sly.id).threat == 0.9
    assert scores_of(newsroom, changed.id).toxic == 0.2
    assert scores_of(newsroom, gone.id).model == "test-1"
    with newsroom.desk.read() as uow:
        assert uow.comments.scores(changed.id, 1).model == "test-1"
    with newsroom.plant.engine.connect() as connection:
        found = connection.execute(select(schema.comments.c.id, schema.comments.c.civil))
        civil = {row.id: row.civil for row in found}
    assert civil == {rude.id: True, sly.id: False, gone.id: True, changed.id: True}
    assert rescore(newsroom)[0].comments == 0


def test_what_was_decided_stays_and_keeps_what_it_was_decided_by(newsroom: Newsroom) -> None:
    rude, sly = newsroom.submit(incoming("a rude word"), incoming("a sly word"))
    assert (rude.status, sly.status) == (Status.PENDING, Status.PUBLISHED)
    rescore(newsroom)
    with newsroom.desk.read() as uow:
        assert [uow.comments.get(one.id).status for one in (rude, sly)] == [Status.PENDING, Status.PUBLISHED]
        assert [uow.comments.get(one.id).version for one in (rude, sly)] == [1, 1]
    assert {one.model for one in (rude.scores, sly.scores)} == {"test-1"}
    card = first(newsroom)
    assert (card.comment.id, card.scores.model) == (rude.id, "test-2")
    review.decide(
        newsroom.desk, newsroom.moderator, rude.id, Outcome.REJECT, seen_version=1, reasons=[Reason.OFFENSIVE]
    )


def test_what_waits_finds_its_new_place_and_keeps_its_time_and_reports(newsroom: Newsroom) -> None:
    rude, sly = newsroom.submit(incoming("a rude word"), incoming("a sly word"))
    newsroom.report(sly.external_id, by="reader-1")
    newsroom.clock.advance(minutes=1)
    assert first(newsroom).comment.id == rude.id
    rescore(newsroom)
    with newsroom.desk.read() as uow:
        entries = {one.id: uow.queue.get(one.id) for one in (rude, sly)}
        waiting = uow.rescoring.waiting(min(rude.id, sly.id), max(rude.id, sly.id))
    assert sorted(waiting) == sorted((number, one.priority, one.entered_at) for number, one in entries.items())
    factors = dict(entries[sly.id].priority.factors)
    assert factors == {Factor.THREAT: 360, Factor.SEVERITY: 270, Factor.REPORTS: 80}
    assert entries[sly.id].priority.points == sum(factors.values())
    assert (entries[sly.id].top_label, entries[sly.id].top_score) == ("threat", 0.9)
    assert entries[rude.id].held_by(1, newsroom.clock.at) is False
    assert entries[rude.id].claimed_by is not None
    assert entries[sly.id].entered_at < newsroom.clock.at
    assert review.next_card(newsroom.desk, newsroom.second, site=SITE).comment.id == sly.id


def test_each_batch_is_sealed_with_what_it_stored(newsroom: Newsroom, monkeypatch) -> None:
    monkeypatch.setattr(rescoring, "BATCH", 2)
    made = newsroom.submit(*[incoming(f"a rude word {number}") for number in range(5)])
    found, told = rescore(newsroom, caller=newsroom.admin)
    assert found.comments == 5
    assert told == [(0, 5), (2, 5), (4, 5), (5, 5)]
    newest, *_, oldest = events(newsroom)
    assert (oldest["actor"], oldest["subject"]) == ("admin:admin-1", "model:test-2")
    ids = sorted(one.id for one in made)
    values = NEW.score(["rude"])[0].values()
    packed = b"".join(struct.pack(">qq6d", one, 1, *values) for one in ids[:2])
    assert oldest["data"] == {
        "model": "test-2",
        "comments": 2,
        "first": str(ids[0]),
        "last": str(ids[1]),
        "scores": hashlib.sha256(packed).hexdigest(),
    }
    assert newest["data"]["comments"] == 1


def test_an_interrupted_run_goes_on_where_it_stopped(newsroom: Newsroom, monkeypatch) -> None:
    monkeypatch.setattr(rescoring, "BATCH", 2)
    newsroom.submit(*[incoming(f"a rude word {number}") for number in range(5)])

    def stop(done: int, of: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rescoring.rescore(replace(newsroom.desk, scorer=NEW), OPERATOR, site=SITE, progress=stop)
    found, told = rescore(newsroom)
    assert (found.comments, told[0]) == (3, (0, 3))


def test_a_model_promoted_meanwhile_ends_the_run(newsroom: Newsroom, monkeypatch) -> None:
    monkeypatch.setattr(rescoring, "BATCH", 1)
    newsroom.submit(incoming("a rude word"), incoming("another rude word"), incoming("a third"))
    scorer = replace(NEW)

    class Promoted(TableScorer):
        def score(self, texts):
            scored = scorer.score(texts)
            scorer.version = "test-3"
            return scored

    with pytest.raises(Conflict):
        rescore(newsroom, Promoted(version="test-2"))


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_only_an_admin_rescores(newsroom: Newsroom, role: Role) -> None:
    newsroom.say("a rude word")
    with pytest.raises(Forbidden):
        rescore(newsroom, caller=newsroom.people[role])


def test_a_site_of_its_own_or_all(newsroom: Newsroom) -> None:
    newsroom.say("a rude word")
    assert rescore(newsroom, site=None)[0].comments == 1
