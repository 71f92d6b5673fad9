"""Every denied access is an event: who, which permission, where; and no caller can flood the log with them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from moderation.audit import EventType
from moderation.decision import Outcome
from moderation.errors import Forbidden, ModerationError, Unauthenticated, Unavailable
from moderation.policy import Policy
from moderation.ports import EventFilter
from moderation.roles import Key, Permission, Role
from moderation.rules_of_entry import EntryRules
from moderation.service import accounts, audit, batches, denials, entry, intake, review, settings, verifying
from tests.builders import OPERATOR, SITE, Newsroom, incoming, sign_in

WHERE = EventFilter(type=EventType.ACCESS_DENIED)


def told(newsroom: Newsroom) -> list[tuple[str, str, str, int]]:
    """Oldest first: who, permission, where, how many times."""
    rows = audit.events(newsroom.desk, OPERATOR, site=None, where=WHERE).rows
    facts = [(row.actor, json.loads(row.body)["data"]) for row in reversed(rows)]
    return [(actor, one["permission"], one["where"], one["times"]) for actor, one in facts]


def refused(act: Callable[[], object]) -> None:
    with pytest.raises((Forbidden, Unauthenticated)):
        act()


def test_who_was_denied_what_and_where_is_told(newsroom: Newsroom) -> None:
    desk, key = newsroom.desk, newsroom.key
    receipt = newsroom.say("rude")
    undone = review.decide(desk, newsroom.second, receipt.id, Outcome.APPROVE, seen_version=1)
    narrow, secret = settings.issue_key(desk, OPERATOR, site=SITE, name="n", scopes=[Permission.PICKS_READ])
    feed = Key(secret_hash=accounts.token_hash(secret))
    refused(lambda: settings.publish(desk, newsroom.moderator, Policy(site_id=1, number=1), site=SITE, seen_number=1))
    refused(lambda: accounts.staff(desk, newsroom.people[Role.AUDITOR]))
    refused(lambda: review.undo(desk, newsroom.moderator, undone.id))
    refused(lambda: newsroom.submit(incoming(), caller=feed))
    refused(lambda: intake.decisions_after(desk, key, -1, limit=1, site="another"))
    refused(lambda: newsroom.submit(incoming(), caller=Key(secret_hash="0" * 64)))
    refused(lambda: accounts.refuse(desk, newsroom.moderator, Permission.STAFF_MANAGE, where="page"))
    assert told(newsroom) == [
        ("moderator:moderator-1", "policy:manage", "settings.publish", 1),
        ("auditor:auditor-1", "staff:manage", "accounts.staff", 1),
        ("moderator:moderator-1", "own_decision", "review.undo", 1),
        (f"key:{narrow.prefix}", "comments:submit", "intake.submit_read", 1),
        (f"key:{secret_prefix(newsroom)}", "site", "feed.decisions_after", 1),
        ("visitor:?", "key", "intake.submit_read", 1),
        ("moderator:moderator-1", "staff:manage", "accounts.refuse", 1),
    ]


def secret_prefix(newsroom: Newsroom) -> str:
    return newsroom.secret[:11]


def test_a_missing_second_factor_is_told_as_well(newsroom: Newsroom) -> None:
    rules = EntryRules(idle=timedelta(hours=1), length=timedelta(hours=9), factor_roles=frozenset({Role.EDITOR}))
    entry.set_rules(newsroom.desk, OPERATOR, rules)
    refused(lambda: review.counts(newsroom.desk, newsroom.people[Role.EDITOR], site=SITE))
    assert told(newsroom) == [("editor:editor-1", "second_factor", "review.counts", 1)]


def test_what_was_allowed_and_a_session_that_ended_are_not_told(newsroom: Newsroom) -> None:
    review.counts(newsroom.desk, newsroom.moderator, site=SITE)
    accounts.sign_out(newsroom.desk, newsroom.moderator)
    refused(lambda: review.counts(newsroom.desk, newsroom.moderator, site=SITE))
    assert told(newsroom) == []


def test_what_comes_again_and_again_is_told_now_and_then_with_its_count(newsroom: Newsroom) -> None:
    for _ in range(50):
        refused(lambda: accounts.staff(newsroom.desk, newsroom.moderator))
    newsroom.clock.advance(minutes=10)
    refused(lambda: accounts.staff(newsroom.desk, newsroom.moderator))
    assert [times for *_, times in told(newsroom)] == [1, 50]


def test_no_number_of_callers_floods_the_log(newsroom: Newsroom) -> None:
    quiet, at = denials.Quiet(), newsroom.clock()
    many = [denials.Denied(actor=f"key:{number}", permission="key", where="w") for number in range(3_000)]
    assert sum(quiet.counts(one, at) is not None for one in many) == denials.MOST
    assert len(quiet._told) <= 1_000
    assert quiet.counts(many[0], at + denials.QUIET) is not None


def test_the_events_hold_no_secret_and_no_readers_words(newsroom: Newsroom) -> None:
    _, secret = settings.issue_key(newsroom.desk, OPERATOR, site=SITE, name="n", scopes=[Permission.PICKS_READ])
    key = Key(secret_hash=accounts.token_hash(secret))
    refused(lambda: newsroom.submit(incoming("a reader's own words"), caller=key))
    (row,) = audit.events(newsroom.desk, OPERATOR, site=None, where=WHERE).rows
    for hidden in ("words", secret, key.secret_hash):
        assert hidden not in row.body
    assert verifying.verify(newsroom.desk, OPERATOR)


def test_the_refusal_stands_where_it_cannot_be_told(newsroom: Newsroom) -> None:
    """As on a database that takes no writes."""

    def down() -> object:
        raise Unavailable(kind="read_only")

    desk = denials.watched(replace(newsroom.desk, begin=down))  # type: ignore[arg-type]
    with pytest.raises(Forbidden):
        accounts.staff(desk, newsroom.moderator)
    with pytest.raises(ModerationError):
        batches.undo_batch(desk, newsroom.admin, 1)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMIN])
def test_auditors_and_admins_find_them_by_person(newsroom: Newsroom, role: Role) -> None:
    refused(lambda: accounts.staff(newsroom.desk, newsroom.moderator))
    refused(lambda: accounts.staff(newsroom.desk, newsroom.second))
    mine = replace(WHERE, actor="moderator:moderator-2")
    rows = audit.events(newsroom.desk, sign_in(newsroom.desk, f"{role}-1"), site=None, where=mine).rows
    assert [row.actor for row in rows] == ["moderator:moderator-2"]
