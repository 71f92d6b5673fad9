"""API keys: what each may do, until when, and its replacement without a gap."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from moderation.article import IncomingArticle
from moderation.errors import Conflict, Forbidden, Invalid, ModerationError, Unauthenticated
from moderation.roles import SCOPES, Caller, Key, Permission
from moderation.service import accounts, appeals, commenters, intake, picks, settings
from moderation.service.desk import Desk
from tests.builders import OPERATOR, SITE, Newsroom, incoming

# Every use case that a site's key is for, by the scope that it asks for.
ASKED: list[tuple[Permission, Callable[[Desk, Caller], object]]] = [
    (Permission.COMMENTS_SUBMIT, lambda desk, key: intake.submit(desk, key, [incoming()])),
    (Permission.COMMENTS_SUBMIT, lambda desk, key: intake.edit(desk, key, "c-1", "Another civil thought")),
    (Permission.COMMENTS_SUBMIT, lambda desk, key: intake.withdraw(desk, key, "c-1")),
    (Permission.COMMENTS_SUBMIT, lambda desk, key: appeals.lodge(desk, key, "c-1", "why")),
    (Permission.COMMENTS_FOLLOW, lambda desk, key: intake.lookup(desk, key, "c-1")),
    (Permission.COMMENTS_FOLLOW, lambda desk, key: appeals.appeal_of(desk, key, "c-1")),
    (Permission.COMMENTS_FOLLOW, lambda desk, key: appeals.notice(desk, key, "c-1")),
    (Permission.DECISIONS_READ, lambda desk, key: intake.decisions_after(desk, key, -1, limit=1)),
    (Permission.STANDING_READ, lambda desk, key: commenters.measures_for_site(desk, key, "u-1")),
    (
        Permission.ARTICLES_SAVE,
        lambda desk, key: intake.save_article(desk, key, IncomingArticle(external_id="a-1", title="t")),
    ),
    (Permission.PICKS_READ, lambda desk, key: picks.picks_of(desk, key, "a-1")),
]


def issued(newsroom: Newsroom, **given: object) -> tuple[int, Key]:
    key, secret = settings.issue_key(newsroom.desk, newsroom.admin, site=SITE, name="feed", **given)  # type: ignore[arg-type]
    return key.id, Key(secret_hash=accounts.token_hash(secret))


def outcome(act: Callable[[], object]) -> str:
    try:
        act()
    except ModerationError as error:
        return error.code
    return "done"


@pytest.mark.parametrize("scope", SCOPES)
def test_a_key_does_what_it_was_issued_for_and_nothing_else(newsroom: Newsroom, scope: Permission) -> None:
    newsroom.say(external_id="c-1", article_id="a-1", commenter_id="u-1")
    _, key = issued(newsroom, scopes=[scope])
    forbidden = {asked for asked, act in ASKED if outcome(lambda act=act: act(newsroom.desk, key)) == "forbidden"}  # type: ignore[misc]
    assert forbidden == set(SCOPES) - {scope}


def test_what_was_stored_is_what_was_asked_for(newsroom: Newsroom) -> None:
    until = newsroom.clock() + timedelta(days=30)
    number, _ = issued(newsroom, scopes=[Permission.PICKS_READ], expires_at=until)
    newest = settings.keys(newsroom.desk, newsroom.admin, site=SITE)[0]
    assert (newest.id, newest.scopes, newest.expires_at) == (number, {Permission.PICKS_READ}, until)


@pytest.mark.parametrize("given", [{"scopes": []}, {"scopes": [Permission.STAFF_MANAGE]}, {"days": 0}, {"days": 4_000}])
def test_what_cannot_be_issued(newsroom: Newsroom, given: dict[str, object]) -> None:
    if "days" in given:
        given = {"expires_at": newsroom.clock() + timedelta(days=int(str(given["days"])))}
    with pytest.raises(Invalid):
        issued(newsroom, **given)


def test_a_key_works_up_to_its_end_and_says_why_it_does_not_any_more(newsroom: Newsroom) -> None:
    number, key = issued(newsroom, expires_at=newsroom.clock() + timedelta(hours=1))
    newsroom.clock.advance(minutes=59, seconds=59)
    assert newsroom.submit(incoming(), caller=key)
    newsroom.clock.advance(seconds=1)
    with pytest.raises(Unauthenticated) as over:
        newsroom.submit(incoming(), caller=key)
    assert over.value.fields["key"] == "expired"
    settings.revoke_key(newsroom.desk, newsroom.admin, number)
    with pytest.raises(Unauthenticated) as over:
        newsroom.submit(incoming(), caller=key)
    assert over.value.fields["key"] == "revoked"


def test_a_rotated_key_works_beside_the_new_one_until_the_overlap_is_over(newsroom: Newsroom) -> None:
    number, old = issued(newsroom, scopes=[Permission.COMMENTS_SUBMIT], expires_at=newsroom.clock() + timedelta(days=9))
    newsroom.clock.advance(days=2)
    made, secret = settings.rotate_key(newsroom.desk, OPERATOR, number, overlap=timedelta(hours=2))
    new = Key(secret_hash=accounts.token_hash(secret))
    assert (made.name, made.scopes, made.replaces) == ("feed", {Permission.COMMENTS_SUBMIT}, number)
    assert made.expires_at == newsroom.clock() + timedelta(days=9)
    newsroom.clock.advance(hours=1, minutes=59)
    for key in (old, new):
        assert newsroom.submit(incoming(), caller=key)
    newsroom.clock.advance(minutes=1)
    assert newsroom.submit(incoming(), caller=new)
    with pytest.raises(Unauthenticated):
        newsroom.submit(incoming(), caller=old)


def test_no_overlap_is_longer_than_the_old_key_had_left(newsroom: Newsroom) -> None:
    number, _ = issued(newsroom, expires_at=newsroom.clock() + timedelta(hours=1))
    settings.rotate_key(newsroom.desk, newsroom.admin, number, overlap=timedelta(days=2))
    old = next(one for one in settings.keys(newsroom.desk, newsroom.admin, site=SITE) if one.id == number)
    assert old.expires_at == newsroom.clock() + timedelta(hours=1)


def test_a_key_is_rotated_once_and_only_while_it_works(newsroom: Newsroom) -> None:
    number, _ = issued(newsroom)
    made, _ = settings.rotate_key(newsroom.desk, newsroom.admin, number)
    with pytest.raises(Conflict):
        settings.rotate_key(newsroom.desk, newsroom.admin, number)
    settings.revoke_key(newsroom.desk, newsroom.admin, made.id)
    with pytest.raises(Conflict):
        settings.rotate_key(newsroom.desk, newsroom.admin, made.id)
    with pytest.raises(Forbidden):
        settings.rotate_key(newsroom.desk, newsroom.moderator, number)
