"""Measures by the domain of an e-mail and on all sites: whom they reach, who may take them, that nothing is hidden."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from moderation.article import Commenter
from moderation.comment import Status
from moderation.decision import Cause, Outcome, Reason
from moderation.errors import Conflict, Forbidden, Invalid, NotFound
from moderation.measure import Measure, MeasureKind
from moderation.ports import EventFilter
from moderation.roles import Key, Role, Session
from moderation.search import SearchFilter
from moderation.service import accounts, audit, batches, broad, commenters, intake, search, settings, sweeping
from tests.builders import OPERATOR, SITE, START, Newsroom, incoming

HOUR = timedelta(hours=1)
OTHER = "al-mirsat"
_numbers = count(1)
BANNED = (Status.REJECTED, (Cause.BANNED,))


def editor(newsroom: Newsroom) -> Session:
    return newsroom.people[Role.EDITOR]


def ban(newsroom: Newsroom, domain: str = "spam.example", **given: object) -> Measure:
    fields: dict[str, object] = {"site": SITE, "reason": Reason.SPAM} | given
    return broad.take(newsroom.desk, editor(newsroom), domain, MeasureKind.BAN, **fields)  # type: ignore[arg-type]


Verdict = tuple[Status, tuple[Cause, ...]]


def say(newsroom: Newsroom, email: str | None = None, who: str = "amal", **given: object) -> Verdict:
    fields = {"commenter_id": who, "commenter_email": email, "created_at": newsroom.clock()} | given
    found = newsroom.say(f"A civil thought, number {next(_numbers)}", **fields)
    return found.status, found.causes


@pytest.fixture
def other(newsroom: Newsroom) -> Key:
    """The key of a second site."""
    accounts.add_site(newsroom.desk, OPERATOR, name=OTHER, title="المرصاد")
    _, secret = settings.issue_key(newsroom.desk, newsroom.admin, site=OTHER, name="cms")
    return Key(secret_hash=accounts.token_hash(secret))


def said_there(newsroom: Newsroom, key: Key, who: str, email: str | None = None) -> Verdict:
    one = incoming(
        f"A civil thought, number {next(_numbers)}",
        commenter_id=who,
        commenter_email=email,
        created_at=newsroom.clock(),
    )
    found = intake.submit(newsroom.desk, key, [one])[0]
    return found.status, found.causes


def known(newsroom: Newsroom, who: str, site: str = SITE) -> Commenter:
    with newsroom.desk.read() as uow:
        place = uow.sites.by_name(site)
        assert place is not None
        found = uow.commenters.by_external(place.id, who)
    assert found is not None
    return found


def test_a_banned_domain_reaches_newcomers_returning_readers_and_what_lies_below_it(newsroom: Newsroom) -> None:
    assert say(newsroom, "amal@spam.example")[0] is Status.PUBLISHED
    ban(newsroom)
    assert say(newsroom) == BANNED, "the address given before counts"
    assert say(newsroom, "new@spam.example", who="newcomer") == BANNED
    assert say(newsroom, "new@mail.spam.example", who="below") == BANNED
    assert say(newsroom, "new@notspam.example", who="beside")[0] is Status.PUBLISHED
    assert say(newsroom, who="nobody")[0] is Status.PUBLISHED
    assert say(newsroom, "amal@honest.example") != BANNED, "a new address takes the old one's place"


def test_an_edit_is_judged_by_it_too(newsroom: Newsroom) -> None:
    newsroom.say("A civil thought", external_id="one", commenter_id="amal", commenter_email="amal@spam.example")
    ban(newsroom)
    edited = intake.edit(newsroom.desk, newsroom.key, "one", "Another civil thought")
    assert (edited.status, edited.causes) == BANNED


def test_it_ends_and_is_lifted_by_who_may(newsroom: Newsroom) -> None:
    measure = ban(newsroom, until=START + HOUR, note="a wave of adverts")
    assert say(newsroom, "amal@spam.example") == BANNED
    with pytest.raises(Forbidden):
        broad.lift(newsroom.desk, newsroom.moderator, measure.id)
    broad.lift(newsroom.desk, newsroom.admin, measure.id)
    assert say(newsroom)[0] is Status.PUBLISHED
    with pytest.raises(Conflict):
        broad.lift(newsroom.desk, newsroom.admin, measure.id)
    with pytest.raises(NotFound):
        broad.lift(newsroom.desk, newsroom.admin, 7)
    ban(newsroom, until=START + HOUR)
    newsroom.clock.advance(hours=1)
    assert say(newsroom)[0] is Status.PUBLISHED
    listed = broad.listed(newsroom.desk, newsroom.moderator, site=SITE)
    assert [one.lifted_at for one in listed] == [None, START]


@pytest.mark.parametrize("kind", [MeasureKind.HOLD, MeasureKind.SUSPEND])
def test_a_domain_may_be_held_or_suspended(newsroom: Newsroom, kind: MeasureKind) -> None:
    given = {"site": SITE, "reason": Reason.SPAM, "until": START + HOUR}
    broad.take(newsroom.desk, editor(newsroom), "spam.example", kind, **given)  # type: ignore[arg-type]
    status = Status.PENDING if kind is MeasureKind.HOLD else Status.REJECTED
    assert say(newsroom, "amal@spam.example")[0] is status


@pytest.mark.parametrize(
    ("kind", "domain", "given", "reason"),
    [
        (MeasureKind.WARN, "spam.example", {}, "not_listed"),
        (MeasureKind.BAN, "example", {}, "not_a_domain"),
        (MeasureKind.SUSPEND, "spam.example", {}, "missing"),
        (MeasureKind.BAN, "spam.example", {"until": START}, "out_of_range"),
    ],
)
def test_what_makes_no_sense_is_refused(
    newsroom: Newsroom, kind: MeasureKind, domain: str, given: dict[str, object], reason: str
) -> None:
    fields: dict[str, object] = {"site": SITE, "reason": Reason.SPAM} | given
    with pytest.raises(Invalid) as refused:
        broad.take(newsroom.desk, editor(newsroom), domain, kind, **fields)  # type: ignore[arg-type]
    assert refused.value.fields["reason"] == reason


def test_moderators_see_such_measures_and_take_none(newsroom: Newsroom) -> None:
    say(newsroom, "amal@spam.example")
    ban(newsroom)
    who = known(newsroom, "amal").id
    with pytest.raises(Forbidden):
        broad.take(newsroom.desk, newsroom.moderator, "a.example", MeasureKind.BAN, site=SITE, reason=Reason.SPAM)
    with pytest.raises(Forbidden):
        broad.reach(newsroom.desk, newsroom.moderator, "spam.example", site=SITE)
    with pytest.raises(Forbidden):
        commenters.take(
            newsroom.desk, newsroom.moderator, who, MeasureKind.BAN, site=SITE, reason=Reason.SPAM, everywhere=True
        )
    seen_by = {newsroom.moderator: None, editor(newsroom): None, newsroom.admin: "amal@spam.example"}
    for caller, address in seen_by.items():
        seen = commenters.profile(newsroom.desk, caller, who, site=SITE)
        assert (seen.domain, seen.address) == ("spam.example", address)
        assert [one.domain for one in seen.from_afar] == ["spam.example"]
        assert seen.standing == seen.from_afar[0]


def test_the_preview_tells_whom_it_would_hit_and_the_sweep_takes_their_comments(newsroom: Newsroom, other: Key) -> None:
    say(newsroom, "amal@spam.example")
    say(newsroom, "badr@mail.spam.example", who="badr", created_at=START)
    newsroom.say("rude", commenter_id="rude", commenter_email="rude@spam.example")
    say(newsroom, "dana@honest.example", who="dana")
    said_there(newsroom, other, "emad", "emad@spam.example")
    here = broad.reach(newsroom.desk, editor(newsroom), "@Spam.example", site=SITE)
    assert (here.commenters, here.published, {one.external_id for one in here.sample}) == (
        3,
        2,
        {"amal", "badr", "rude"},
    )
    assert broad.reach(newsroom.desk, editor(newsroom), "spam.example", site=SITE, everywhere=True).commenters == 4
    found = broad.to_sweep(newsroom.desk, editor(newsroom), "spam.example", site=SITE, everywhere=True)
    assert {name: (len(one.chosen), one.more) for name, one in found.items()} == {SITE: (3, False), OTHER: (1, False)}
    assert list(broad.to_sweep(newsroom.desk, editor(newsroom), "spam.example", site=SITE)) == [SITE]
    done = batches.decide_many(
        newsroom.desk, editor(newsroom), found[SITE].chosen, Outcome.REJECT, site=SITE, reasons=[Reason.SPAM]
    )
    assert done.decided == 3
    left = search.find(newsroom.desk, newsroom.moderator, site=SITE, where=SearchFilter(domain="spam.example"))
    assert {row.comment.status for row in left.rows} == {Status.REJECTED}
    assert batches.undo_batch(newsroom.desk, editor(newsroom), done.batch_id).decided == 3


def test_each_site_of_a_sweep_has_a_batch_of_its_own_and_says_whether_there_is_more(
    newsroom: Newsroom, other: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(2):
        say(newsroom, f"u{number}@spam.example", who=f"u{number}")
    said_there(newsroom, other, "emad", "emad@spam.example")
    monkeypatch.setattr(sweeping, "MAX_BATCH", 1)
    found = broad.to_sweep(newsroom.desk, editor(newsroom), "spam.example", site=SITE, everywhere=True)
    assert {name: (len(one.chosen), one.more) for name, one in found.items()} == {SITE: (1, True), OTHER: (1, False)}
    assert broad.to_sweep(newsroom.desk, editor(newsroom), "other.example", site=SITE, everywhere=True) == {}


def test_a_domain_is_banned_on_one_site_or_on_all(newsroom: Newsroom, other: Key) -> None:
    measure = ban(newsroom)
    assert said_there(newsroom, other, "amal", "amal@spam.example")[0] is Status.PUBLISHED
    broad.lift(newsroom.desk, editor(newsroom), measure.id)
    ban(newsroom, everywhere=True)
    assert said_there(newsroom, other, "amal") == BANNED
    assert say(newsroom, "badr@spam.example", who="badr") == BANNED


def test_a_ban_on_all_sites_knows_the_person_by_their_address(newsroom: Newsroom, other: Key) -> None:
    say(newsroom, "amal@honest.example")
    said_there(newsroom, other, "17", "amal@honest.example")
    said_there(newsroom, other, "amal", "someone@else.example")
    who = known(newsroom, "amal")
    seen = commenters.profile(newsroom.desk, editor(newsroom), who.id, site=SITE)
    assert [(one.site_name, one.commenter.external_id) for one in seen.elsewhere] == [(OTHER, "17")]
    measure = commenters.take(
        newsroom.desk, editor(newsroom), who.id, MeasureKind.BAN, site=SITE, reason=Reason.SPAM, everywhere=True
    )
    assert said_there(newsroom, other, "17") == BANNED
    assert said_there(newsroom, other, "amal")[0] is Status.PUBLISHED, "another person of the same id"
    assert say(newsroom) == BANNED
    there = commenters.profile(newsroom.desk, editor(newsroom), known(newsroom, "17", OTHER).id, site=OTHER)
    assert there.standing == measure
    found, measures, standing = commenters.measures_for_site(newsroom.desk, other, "17")
    assert (found.external_id, measures, standing) == ("17", [measure], measure), "the site is told: no shadow bans"
    with pytest.raises(Forbidden):
        commenters.lift(newsroom.desk, newsroom.moderator, measure.id)
    commenters.lift(newsroom.desk, editor(newsroom), measure.id)
    assert said_there(newsroom, other, "17")[0] is Status.PUBLISHED


def test_by_their_id_only_where_the_sites_share_accounts(newsroom: Newsroom, other: Key) -> None:
    say(newsroom)
    who = known(newsroom, "amal")
    given = {"site": SITE, "reason": Reason.SPAM, "everywhere": True}
    with pytest.raises(Invalid, match="unknown_elsewhere"):
        commenters.take(newsroom.desk, editor(newsroom), who.id, MeasureKind.BAN, **given)  # type: ignore[arg-type]
    newsroom.desk = replace(newsroom.desk, shared_accounts=True)
    commenters.take(newsroom.desk, editor(newsroom), who.id, MeasureKind.BAN, **given)  # type: ignore[arg-type]
    assert said_there(newsroom, other, "amal") == BANNED
    assert said_there(newsroom, other, "badr")[0] is Status.PUBLISHED
    with pytest.raises(Invalid, match="not_listed"):
        commenters.take(newsroom.desk, editor(newsroom), who.id, MeasureKind.WARN, **given)  # type: ignore[arg-type]


def test_the_log_names_neither_address_nor_domain(newsroom: Newsroom, other: Key) -> None:
    say(newsroom, "amal@spam.example")
    measure = ban(newsroom, everywhere=True, note="of spam.example")
    broad.lift(newsroom.desk, newsroom.admin, measure.id)
    for site in (SITE, None):
        page = audit.events(newsroom.desk, newsroom.admin, site=site, where=EventFilter(people_only=True), limit=50)
        bodies = [row.body for row in page.rows if row.type.startswith("measure:")]
        assert [json.loads(body)["type"] for body in bodies] == ["measure:lifted", "measure:taken"]
        assert json.loads(bodies[0])["data"]["everywhere"] is True
        assert "spam" not in "".join(bodies).replace('"spam"', "")
        assert "example" not in "".join(row.body for row in page.rows)


def test_a_batch_may_bring_one_commenter_with_two_addresses(newsroom: Newsroom) -> None:
    newsroom.submit(
        incoming(commenter_id="amal", commenter_email="one@a.example"),
        incoming(commenter_id="amal", commenter_email="two@b.example"),
        incoming(commenter_id="amal"),
    )
    seen = commenters.profile(newsroom.desk, newsroom.admin, known(newsroom, "amal").id, site=SITE)
    assert seen.address == "two@b.example"
