"""Measures against commenters: they work from now on, end or are lifted, and are in the log; who may take them."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from db.schema import decisions
from moderation.article import IncomingArticle
from moderation.comment import Status
from moderation.decision import Cause, Outcome, Reason
from moderation.errors import Conflict, Forbidden, Invalid, NotFound, Unauthenticated
from moderation.limits import Limit, LimitKind
from moderation.measure import Measure, MeasureKind, Profile, Reported
from moderation.ports import EventFilter
from moderation.roles import Role, Session
from moderation.service import audit, commenters, intake, placing, review, sweeping
from tests.builders import OPERATOR, SITE, START, Newsroom

HOUR = timedelta(hours=1)


def who(newsroom: Newsroom, external_id: str = "amal") -> int:
    with newsroom.desk.read() as uow:
        found = uow.commenters.by_external(newsroom.site.id, external_id)
    assert found is not None
    return found.id


def take(newsroom: Newsroom, kind: MeasureKind, caller: Session | None = None, **given: object) -> Measure:
    fields: dict[str, object] = {"site": SITE, "reason": Reason.HARASSMENT} | given
    return commenters.take(newsroom.desk, caller or newsroom.moderator, who(newsroom), kind, **fields)  # type: ignore[arg-type]


def profile(newsroom: Newsroom, caller: Session | None = None) -> Profile:
    return commenters.profile(newsroom.desk, caller or newsroom.moderator, who(newsroom), site=SITE)


def say(newsroom: Newsroom, body: str = "A civil thought", **given: object) -> intake.Receipt:
    return newsroom.say(body, commenter_id="amal", **({"created_at": newsroom.clock()} | given))


def test_what_a_banned_commenter_writes_is_rejected_and_the_site_hears_why(newsroom: Newsroom) -> None:
    before = say(newsroom)
    take(newsroom, MeasureKind.BAN)
    after = say(newsroom)
    assert (after.status, after.causes, after.reasons) == (Status.REJECTED, (Cause.BANNED,), (Reason.HARASSMENT,))
    assert intake.lookup(newsroom.desk, newsroom.key, before.external_id).status is Status.PUBLISHED
    assert newsroom.say("Another's civil thought").status is Status.PUBLISHED
    with newsroom.plant.engine.connect() as connection:
        query = select(decisions.c.inputs).where(decisions.c.comment_id == after.id)
        inputs = connection.execute(query).scalar_one()
    assert json.loads(inputs)["measure"] == "ban"


def test_reports_against_them_and_their_latest_comments_are_told(newsroom: Newsroom) -> None:
    sent = [say(newsroom, f"thought {number}") for number in range(commenters.LATEST + 1)]
    newsroom.say("Another's")
    for reader, place in (("r-1", 0), ("r-2", 0), ("r-1", 1)):
        newsroom.report(sent[place].external_id, by=reader)
    # What they themselves report is another number.
    newsroom.report(newsroom.say("A third one's").external_id, by="amal")
    found = profile(newsroom)
    assert (found.reported, found.reporting.made) == (Reported(reports=3, comments=2), 1)
    page = commenters.latest(newsroom.desk, newsroom.moderator, who(newsroom), site=SITE)
    assert [row.comment.id for row in page.rows] == [one.id for one in reversed(sent[1:])]
    assert page.next_before is not None
    review.decide(newsroom.desk, newsroom.moderator, sent[2].id, Outcome.REJECT, seen_version=1, reasons=[Reason.SPAM])
    page = commenters.latest(newsroom.desk, newsroom.moderator, who(newsroom), site=SITE, rejected=True)
    assert ([row.comment.id for row in page.rows], page.next_before) == ([sent[2].id], None)


def test_of_their_comments_those_in_ones_sections_are_told_alone(newsroom: Newsroom) -> None:
    sent = {}
    for section in ("sport", "world"):
        article = IncomingArticle(external_id=section, title=section, section=section)
        intake.save_article(newsroom.desk, OPERATOR, article, site=SITE)
        sent[section] = say(newsroom, f"on {section}", article_id=section)
        newsroom.report(sent[section].external_id, by="r-1")
    with newsroom.desk.read() as uow:
        [sport] = [key for key, name in uow.articles.sections(newsroom.site.id) if name == "sport"]
    limit = Limit(site_id=newsroom.site.id, kind=LimitKind.SECTION, item_id=sport)
    placing.place(newsroom.desk, newsroom.admin, "moderator-1", (limit,))
    page = commenters.latest(newsroom.desk, newsroom.moderator, who(newsroom), site=SITE)
    assert [row.comment.id for row in page.rows] == [sent["sport"].id]
    assert profile(newsroom).reported == Reported(reports=1, comments=1)
    assert profile(newsroom, newsroom.second).reported == Reported(reports=2, comments=2)


def test_a_suspension_ends_by_itself(newsroom: Newsroom) -> None:
    say(newsroom)
    take(newsroom, MeasureKind.SUSPEND, until=START + HOUR)
    assert say(newsroom).causes == (Cause.SUSPENDED,)
    newsroom.clock.advance(hours=1)
    assert say(newsroom).status is Status.PUBLISHED
    assert profile(newsroom).standing is None


def test_held_comments_wait_and_warnings_change_nothing(newsroom: Newsroom) -> None:
    say(newsroom)
    take(newsroom, MeasureKind.WARN)
    assert say(newsroom).status is Status.PUBLISHED
    take(newsroom, MeasureKind.HOLD)
    held = say(newsroom, "Another civil thought")
    assert (held.status, held.causes) == (Status.PENDING, (Cause.WATCHED,))
    card = review.next_card(newsroom.desk, newsroom.moderator, site=SITE)
    assert card is not None
    assert card.comment.id == held.id


def test_what_counts_is_when_a_comment_was_written(newsroom: Newsroom) -> None:
    say(newsroom)
    newsroom.clock.advance(hours=2)
    measure = take(newsroom, MeasureKind.BAN)
    assert say(newsroom, created_at=START).status is Status.PUBLISHED
    newsroom.clock.advance(hours=2)
    commenters.lift(newsroom.desk, newsroom.second, measure.id)
    assert say(newsroom, created_at=START + 3 * HOUR).status is Status.REJECTED
    assert say(newsroom).status is Status.PUBLISHED


def test_an_edit_is_judged_by_what_is_in_force(newsroom: Newsroom) -> None:
    said = say(newsroom)
    take(newsroom, MeasureKind.BAN)
    edited = intake.edit(newsroom.desk, newsroom.key, said.external_id, "Another civil thought")
    assert (edited.status, edited.causes) == (Status.REJECTED, (Cause.BANNED,))


def test_a_report_does_not_reject_what_was_written_before_the_ban(newsroom: Newsroom) -> None:
    said = say(newsroom)
    take(newsroom, MeasureKind.BAN)
    assert newsroom.report(said.external_id, by="r").outcome is Outcome.APPROVE


def test_lifting_is_for_once_and_in_the_log(newsroom: Newsroom) -> None:
    say(newsroom)
    measure = take(newsroom, MeasureKind.BAN, note="called colleagues names")
    assert profile(newsroom).standing == measure
    lifted = commenters.lift(newsroom.desk, newsroom.second, measure.id)
    assert lifted.lifted_at == newsroom.clock()
    assert profile(newsroom).standing is None
    with pytest.raises(Conflict):
        commenters.lift(newsroom.desk, newsroom.second, measure.id)
    with pytest.raises(NotFound):
        commenters.lift(newsroom.desk, newsroom.second, 7)
    page = audit.events(
        newsroom.desk, newsroom.people[Role.AUDITOR], site=SITE, where=EventFilter(people_only=True), limit=9
    )
    found = [json.loads(row.body) for row in page.rows if row.type.startswith("measure:")]
    assert [(one["type"], one["actor"]) for one in found] == [
        ("measure:lifted", lifted.lifted_by),
        ("measure:taken", measure.set_by),
    ]
    assert {one["subject"] for one in found} == {f"commenter:{measure.commenter_id}"}
    assert all("names" not in row.body for row in page.rows)
    assert audit.verify(newsroom.desk, OPERATOR)[0].ok


def test_a_profile_tells_record_measures_and_how_good_their_reports_are(newsroom: Newsroom) -> None:
    say(newsroom)
    say(newsroom, "rude remark")
    targets = [newsroom.say(f"rude target {number}") for number in range(3)]
    for target, outcome in zip(targets, (Outcome.REJECT, Outcome.APPROVE, None), strict=True):
        version = newsroom.report(target.external_id, by="amal").version
        if outcome is not None:
            reasons = [Reason.ABUSIVE] if outcome is Outcome.REJECT else []
            review.decide(newsroom.desk, newsroom.moderator, target.id, outcome, seen_version=version, reasons=reasons)
    take(newsroom, MeasureKind.WARN)
    second = take(newsroom, MeasureKind.HOLD)
    found = profile(newsroom, newsroom.people[Role.AUDITOR])
    assert (found.record.visible, found.record.pending) == (1, 1)
    assert (found.reporting.made, found.reporting.upheld, found.reporting.turned_down) == (3, 1, 1)
    assert [one.kind for one in found.measures] == [MeasureKind.HOLD, MeasureKind.WARN]
    assert found.standing == second


def test_the_site_can_ask_about_its_own_commenters(newsroom: Newsroom) -> None:
    say(newsroom)
    measure = take(newsroom, MeasureKind.SUSPEND, until=START + HOUR, note="for colleagues")
    found, measures, standing = commenters.measures_for_site(newsroom.desk, newsroom.key, "amal")
    assert (found.external_id, measures, standing) == ("amal", [measure], measure)
    with pytest.raises(NotFound):
        commenters.measures_for_site(newsroom.desk, newsroom.key, "nobody")
    with pytest.raises(Forbidden):
        commenters.measures_for_site(newsroom.desk, newsroom.moderator, "amal", site=SITE)


def test_only_who_reviews_may_take_measures(newsroom: Newsroom) -> None:
    say(newsroom)
    for role in (Role.MODERATOR, Role.EDITOR, Role.ADMIN):
        measure = take(newsroom, MeasureKind.WARN, newsroom.people[role])
        assert measure.set_by.startswith(f"{role}:")
    auditor = newsroom.people[Role.AUDITOR]
    with pytest.raises(Forbidden):
        take(newsroom, MeasureKind.WARN, auditor)
    with pytest.raises(Forbidden):
        commenters.lift(newsroom.desk, auditor, measure.id)
    with pytest.raises(Forbidden):
        commenters.profile(newsroom.desk, newsroom.key, who(newsroom), site=SITE)
    with pytest.raises(Unauthenticated):
        profile(newsroom, Session(token_hash="0" * 64))


def test_what_cannot_be_is_refused_and_leaves_nothing(newsroom: Newsroom) -> None:
    say(newsroom)
    with pytest.raises(Invalid):
        take(newsroom, MeasureKind.SUSPEND)
    with pytest.raises(NotFound):
        commenters.take(newsroom.desk, newsroom.moderator, 7, MeasureKind.BAN, site=SITE, reason=Reason.SPAM)
    assert profile(newsroom).measures == ()


def test_a_sweep_takes_what_is_seen_or_waits(newsroom: Newsroom) -> None:
    seen, waits = say(newsroom), say(newsroom, "rude remark")
    take(newsroom, MeasureKind.BAN)
    say(newsroom, "A thought while banned")
    found = commenters.to_sweep(newsroom.desk, newsroom.moderator, who(newsroom), site=SITE)
    assert (sorted(found.chosen), found.more) == ([(seen.id, 1), (waits.id, 1)], False)
    with pytest.raises(Forbidden):
        commenters.to_sweep(newsroom.desk, newsroom.people[Role.AUDITOR], who(newsroom), site=SITE)


@pytest.mark.parametrize(("most", "taken", "more"), [(4, 4, False), (3, 3, True), (2, 2, True), (1, 1, True)], ids=str)
def test_a_sweep_takes_what_a_batch_holds_and_says_whether_there_is_more(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, most: int, taken: int, more: bool
) -> None:
    theirs = {say(newsroom, f"{kind} {number}").id for kind in ("rude remark", "thought") for number in range(2)}
    newsroom.say("Another's thought")
    monkeypatch.setattr(sweeping, "MAX_BATCH", most)
    found = commenters.to_sweep(newsroom.desk, newsroom.moderator, who(newsroom), site=SITE)
    assert (len(set(found.chosen)), found.more) == (taken, more)
    assert {one.comment_id for one in found.chosen} <= theirs


def test_measures_are_for_who_works_on_the_whole_site(newsroom: Newsroom) -> None:
    def may(caller: Session) -> bool:
        return commenters.may_act(newsroom.desk, caller, site=SITE)

    article = IncomingArticle(external_id="a-sport", title="A match", section="Sport")
    intake.save_article(newsroom.desk, OPERATOR, article, site=SITE)
    with newsroom.desk.read() as uow:
        [(sport, _)] = uow.articles.sections(newsroom.site.id)
    assert may(newsroom.moderator)
    assert not may(newsroom.people[Role.AUDITOR])
    whole = Limit(site_id=newsroom.site.id, kind=LimitKind.SITE, item_id=newsroom.site.id)
    part = Limit(site_id=newsroom.site.id, kind=LimitKind.SECTION, item_id=sport)
    for limit, acts in ((whole, True), (part, False)):
        placing.place(newsroom.desk, newsroom.admin, "moderator-1", (limit,))
        assert may(newsroom.moderator) is acts


def test_a_note_tells_colleagues_until_it_is_removed(newsroom: Newsroom) -> None:
    say(newsroom)
    note = commenters.note(newsroom.desk, newsroom.moderator, who(newsroom), "  asks\nin good faith ", site=SITE)
    assert [one.text for one in profile(newsroom).remarks] == ["asks in good faith"]
    with pytest.raises(Forbidden):
        commenters.remove_note(newsroom.desk, newsroom.second, note.id)
    commenters.remove_note(newsroom.desk, newsroom.admin, note.id)
    assert profile(newsroom).remarks == ()
    with pytest.raises(NotFound):
        commenters.remove_note(newsroom.desk, newsroom.moderator, note.id)
    rows = audit.export(newsroom.desk, newsroom.admin, site=SITE).rows
    told = [one for one in rows if one.type.startswith("commenter:")]
    assert [one.type for one in told] == ["commenter:noted", "commenter:note:removed"]
    assert not any("good faith" in one.body for one in told)


def test_notes_are_for_who_may_act(newsroom: Newsroom) -> None:
    say(newsroom)
    for text in (" ", "x" * 1_001):
        with pytest.raises(Invalid):
            commenters.note(newsroom.desk, newsroom.moderator, who(newsroom), text, site=SITE)
    with pytest.raises(Forbidden):
        commenters.note(newsroom.desk, newsroom.people[Role.AUDITOR], who(newsroom), "seen", site=SITE)
    with pytest.raises(NotFound):
        commenters.note(newsroom.desk, newsroom.moderator, 7, "seen", site=SITE)
