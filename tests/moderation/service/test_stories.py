"""One comment's whole story, on both databases: every step with its text, and what no longer fits the log is told."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text

from moderation.decision import Outcome, Reason
from moderation.errors import NotFound
from moderation.ports import EventFilter
from moderation.retention import Kind
from moderation.service import accounts, amendments, appeals, audit, opinions, personal, retention, review, stories
from moderation.story import Bound, Step, Story
from tests.builders import OPERATOR, SITE, Newsroom, sign_in

NOTE, MESSAGE = "quotes the reader", "Please be kind"


@pytest.fixture
def comment_id(newsroom: Newsroom) -> int:
    """Submitted, edited, reported, rejected with a note and a message, appealed."""
    made = newsroom.say("rude words", external_id="c-1", commenter_id="u-1", commenter_name="Amal")
    amendments.edit(newsroom.desk, newsroom.key, "c-1", "rude words, once more")
    newsroom.report("c-1", by="r-1")
    card = review.open_card(newsroom.desk, newsroom.moderator, made.id)
    review.decide(
        newsroom.desk,
        newsroom.moderator,
        made.id,
        Outcome.REJECT,
        seen_version=card.comment.version,
        reasons=[Reason.ABUSIVE],
        note=NOTE,
        message=MESSAGE,
    )
    appeals.lodge(newsroom.desk, newsroom.key, "c-1", "It was a joke")
    return made.id


def told(newsroom: Newsroom, comment_id: int) -> Story:
    return stories.story(newsroom.desk, newsroom.admin, comment_id, site=SITE)


def test_every_step_has_the_text_as_it_was(newsroom: Newsroom, comment_id: int) -> None:
    story = told(newsroom, comment_id)
    assert (story.commenter_name, story.comment.body) == ("Amal", "rude words, once more")
    assert [(step.event.type, step.text, step.bound) for step in story.steps] == [
        ("comment:submitted", "rude words", Bound.KEPT),
        ("comment:edited", "rude words, once more", Bound.KEPT),
        ("comment:reported", "", None),
        ("comment:decided", "", None),
        ("appeal:lodged", "It was a joke", Bound.KEPT),
    ]


def test_a_decision_has_its_scores_policy_note_and_message(newsroom: Newsroom, comment_id: int) -> None:
    first, *_, decided, lodged = told(newsroom, comment_id).steps
    assert first.seen is not None
    assert (first.seen.policy, first.seen.model, first.seen.scores["toxic"]) == (1, "test-1", 0.9)
    assert (first.seen_bound, first.decision_bound) == (Bound.KEPT, Bound.KEPT)
    assert (decided.note, decided.message) == (NOTE, MESSAGE)
    assert (decided.note_bound, decided.message_bound) == (Bound.KEPT, Bound.KEPT)
    assert (decided.seen, decided.seen_bound, decided.decision_bound) == (None, None, Bound.KEPT)
    assert (lodged.note, lodged.decision_bound) == ("", None)


def differing(story: Story) -> set[str]:
    """What does not fit the log, by the names of the steps' and the story's own properties."""
    names = [name for name in Step.__dataclass_fields__ if name.endswith("bound")]
    found = {name for step in story.steps for name in names if getattr(step, name) is Bound.DIFFERS}
    return found | ({"status_bound"} if story.status_bound is Bound.DIFFERS else set())


BY_PERSON = "comment_id = :id AND staff_id IS NOT NULL"


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("UPDATE decisions SET message = 'Thank you' WHERE §", {"message_bound"}),
        (
            "UPDATE decisions SET message = 'Thank you' WHERE comment_id = :id AND status_before IS NULL",
            {"message_bound"},
        ),
        ("UPDATE decisions SET note = 'as told from above' WHERE §", {"note_bound"}),
        ("UPDATE decisions SET inputs = replace(inputs, '0.9', '0.1') WHERE comment_id = :id", {"seen_bound"}),
        ("UPDATE decisions SET inputs = '' WHERE comment_id = :id", {"seen_bound"}),
        ("UPDATE decisions SET outcome = 'approve' WHERE §", {"decision_bound"}),
        ("UPDATE decisions SET reasons = 'spam' WHERE §", {"decision_bound"}),
        ("UPDATE decisions SET reasons = 'no-reason-of-ours' WHERE §", {"decision_bound"}),
        ("UPDATE decisions SET actor = 'moderator:karim' WHERE §", {"decision_bound"}),
        ("UPDATE decisions SET decided_at = decided_at - 1 WHERE §", {"decision_bound"}),
        ("UPDATE decisions SET status_after = 'approved' WHERE §", {"decision_bound"}),
        ("DELETE FROM decisions WHERE §", {"decision_bound"}),
        ("UPDATE comments SET status = 'approved' WHERE id = :id", {"status_bound"}),
    ],
)
def test_a_row_that_was_changed_behind_the_log_is_told(
    newsroom: Newsroom, comment_id: int, database_url: str, change: str, what: set[str]
) -> None:
    assert differing(told(newsroom, comment_id)) == set()
    changed(database_url, change.replace("§", BY_PERSON), comment_id)
    assert differing(told(newsroom, comment_id)) == what


@pytest.mark.parametrize(
    ("change", "note", "bound"),
    [
        ("UPDATE opinions SET note = note WHERE comment_id = :id", NOTE, Bound.KEPT),
        ("UPDATE opinions SET note = 'another' WHERE comment_id = :id", "another", Bound.DIFFERS),
        ("UPDATE opinions SET note = '' WHERE comment_id = :id", "", Bound.GONE),
    ],
)
def test_an_opinion_has_its_note(newsroom: Newsroom, database_url: str, change: str, note: str, bound: Bound) -> None:
    made = newsroom.say("rude words")
    opinions.give(newsroom.desk, newsroom.moderator, made.id, Outcome.APPROVE, seen_version=1, note=NOTE)
    changed(database_url, change, made.id)
    *_, given = told(newsroom, made.id).steps
    assert (given.note, given.note_bound) == (note, bound)


def test_what_was_erased_is_gone_and_the_log_still_stands(newsroom: Newsroom, comment_id: int) -> None:
    personal.erase(newsroom.desk, newsroom.admin, "u-1", site=SITE)
    story = told(newsroom, comment_id)
    assert {step.bound for step in story.steps} == {Bound.GONE, None}
    assert not any(step.text for step in story.steps)
    assert all(one.ok for one in audit.verify(newsroom.desk, newsroom.admin))


def changed(database_url: str, statement: str, comment_id: int) -> None:
    """Behind the log, and behind the triggers that refuse it."""
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            for verb in ("UPDATE", "DELETE"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS decisions_no_{verb}"))
        connection.execute(text(statement), {"id": comment_id})
    engine.dispose()


def test_an_earlier_version_past_its_period_is_gone_and_no_other_text(
    newsroom: Newsroom, comment_id: int, database_url: str
) -> None:
    newsroom.clock.advance(days=2)
    retention.set_days(newsroom.desk, OPERATOR, Kind.EARLIER_VERSIONS, 1)
    retention.run(newsroom.desk, OPERATOR)
    assert bounds(newsroom, comment_id) == [Bound.GONE, Bound.KEPT, Bound.KEPT]
    changed(database_url, "UPDATE comments SET body = 'a nicer thing' WHERE id = :id", comment_id)
    assert bounds(newsroom, comment_id) == [Bound.GONE, Bound.DIFFERS, Bound.KEPT]
    changed(database_url, "UPDATE appeals SET text = '', salt = NULL WHERE comment_id = :id", comment_id)
    assert bounds(newsroom, comment_id) == [Bound.GONE, Bound.DIFFERS, Bound.GONE]


def bounds(newsroom: Newsroom, comment_id: int) -> list[Bound]:
    newest = sign_in(newsroom.desk, "admin-1")
    steps = stories.story(newsroom.desk, newest, comment_id, site=SITE).steps
    return [step.bound for step in steps if step.bound]


@pytest.mark.parametrize(
    ("change", "bound", "note"),
    [
        ("UPDATE comments SET body = 'a nicer thing' WHERE id = :id", Bound.DIFFERS, Bound.KEPT),
        ("UPDATE revisions SET body = 'a nicer thing' WHERE comment_id = :id", Bound.DIFFERS, Bound.KEPT),
        ("UPDATE appeals SET text = 'You are right' WHERE comment_id = :id", Bound.DIFFERS, Bound.KEPT),
    ],
)
def test_a_text_that_was_changed_behind_the_log_is_told(
    newsroom: Newsroom, comment_id: int, database_url: str, change: str, bound: Bound, note: Bound
) -> None:
    changed(database_url, change, comment_id)
    steps = told(newsroom, comment_id).steps
    assert [step.bound for step in steps if step.bound].count(bound) == 1
    assert [step.note_bound for step in steps if step.note_bound] == [note]


def test_a_comment_of_another_site_or_none_has_no_story(newsroom: Newsroom, comment_id: int) -> None:
    accounts.add_site(newsroom.desk, OPERATOR, name="other", title="Other")
    for number, site in ((404, SITE), (comment_id, "other")):
        with pytest.raises(NotFound):
            stories.story(newsroom.desk, newsroom.admin, number, site=site)


def types(newsroom: Newsroom, **where: object) -> list[str]:
    found = audit.events(newsroom.desk, newsroom.admin, site=SITE, where=EventFilter(**where))  # type: ignore[arg-type]
    return [row.type for row in reversed(found.rows)]


def test_events_are_found_by_outcome_reason_article_and_commenter(newsroom: Newsroom, comment_id: int) -> None:
    newsroom.say("A civil thought", article_id="a-2", commenter_id="u-2")
    with newsroom.desk.read() as uow:
        mine = uow.search.rows([comment_id])[0].comment
    whole = ["comment:submitted", "comment:edited", "comment:reported", "comment:decided", "appeal:lodged"]
    assert types(newsroom, outcome="reject") == ["comment:decided"]
    assert types(newsroom, outcome="hold") == ["comment:submitted", "comment:edited"]
    assert types(newsroom, outcome="approve") == ["comment:submitted"]
    assert types(newsroom, reason="abusive", outcome="reject") == ["comment:decided"]
    assert types(newsroom, reason="ab_sive") == types(newsroom, reason="spam") == []
    assert types(newsroom, commenter_id=mine.commenter_id) == whole
    assert types(newsroom, article_id=mine.article_id, people_only=False)[-5:] == whole
    assert types(newsroom, commenter_id=404) == types(newsroom, article_id=404) == []


def test_an_export_takes_the_same_filter_and_tells_of_it(newsroom: Newsroom, comment_id: int) -> None:
    rows = list(audit.export(newsroom.desk, newsroom.admin, site=SITE, where=EventFilter(outcome="reject")).rows)
    assert [row.type for row in rows] == ["comment:decided"]
    [event] = audit.events(newsroom.desk, newsroom.admin, site=SITE, limit=1).rows
    assert '"filter":{"outcome":"reject"}' in event.body
