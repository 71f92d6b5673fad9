"""What an article's comments are about, on both databases: whose comments count, who may see it, what changes it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from moderation.decision import Outcome, Reason
from moderation.errors import Forbidden, NotFound
from moderation.roles import Role
from moderation.service import accounts, amendments, review, topics
from moderation.service.topics import Topic, Topics
from moderation.topics import Scope
from tests.builders import OPERATOR, SITE, START, Newsroom

BREAD = ("الخبز غالٍ", "والخبز أسود", "أين الخبز؟")


@pytest.fixture
def discussed(newsroom: Newsroom) -> Newsroom:
    for at in range(40):
        newsroom.say(f"word{at} thing{at}", article_id="other", section="sport", created_at=START - timedelta(days=9))
    for body in BREAD:
        newsroom.say(body, article_id="bread", section="economy")
    return newsroom


def scope_of(newsroom: Newsroom, external_id: str) -> Scope:
    with newsroom.desk.read() as uow:
        title_and_id = uow.articles.newest(newsroom.site.id, limit=10)
        articles = {uow.articles.find(one).external_id: one for one, _ in title_and_id}  # type: ignore[union-attr]
    return Scope(article_id=articles[external_id])


def found(newsroom: Newsroom, scope: Scope, *, role: Role = Role.EDITOR) -> Topics:
    caller = newsroom.people[role]
    others = topics.background(newsroom.desk, caller, site=SITE)
    return topics.topics(newsroom.desk, caller, site=SITE, scope=scope, others=others)


def test_an_articles_topics_in_readers_spelling_with_their_comments(discussed: Newsroom) -> None:
    result = found(discussed, scope_of(discussed, "bread"))
    assert (result.compared, result.more) == (3, False)
    topic = result.topics[0]
    assert topic == Topic(
        text="الخبز", others=(), comments=3, commenters=3, rejected=0, civil=1.0, examples=topic.examples
    )
    shown = topics.examples(discussed.desk, discussed.people[Role.EDITOR], topic.examples)
    assert {one.comment.body for one in shown} == set(BREAD)


@pytest.mark.parametrize(
    ("since", "until", "texts"), [(-1, 1, ["الخبز"]), (1, 2, []), (-20, -8, []), (None, None, ["الخبز"])]
)
def test_a_period_has_its_own_topics(
    discussed: Newsroom, since: int | None, until: int | None, texts: list[str]
) -> None:
    moments = [None if days is None else START + timedelta(days=days) for days in (since, until)]
    result = found(discussed, Scope(since=moments[0], until=moments[1]))
    assert [one.text for one in result.topics] == texts


def test_a_section_has_its_own_topics(discussed: Newsroom) -> None:
    with discussed.desk.read() as uow:
        sections = {name: one for one, name in uow.articles.sections(discussed.site.id)}
    assert [one.text for one in found(discussed, Scope(section_id=sections["economy"])).topics] == ["الخبز"]
    assert found(discussed, Scope(section_id=sections["sport"])).topics == ()


def test_what_was_rejected_makes_no_topic_and_is_no_example(discussed: Newsroom) -> None:
    scope = scope_of(discussed, "bread")
    editor = discussed.people[Role.EDITOR]
    before = topics.mark(discussed.desk, editor, site=SITE, scope=scope)
    compared = found(discussed, scope).compared
    topic = found(discussed, scope).topics[0]
    last = topic.examples[-1]
    version = topics.examples(discussed.desk, editor, [last])[0].comment.version
    discussed.set_policy()
    review.open_card(discussed.desk, discussed.moderator, last)
    review.decide(
        discussed.desk, discussed.moderator, last, Outcome.REJECT, seen_version=version, reasons=[Reason.SPAM]
    )
    assert topics.mark(discussed.desk, editor, site=SITE, scope=scope) != before
    assert found(discussed, scope).compared == compared - 1
    assert len(topics.examples(discussed.desk, editor, topic.examples)) == 2
    again = found(discussed, scope).topics[0]
    assert (again.comments, again.rejected) == (2, 1)
    assert last not in again.examples


def test_a_new_comment_and_a_deletion_change_the_mark_and_another_articles_do_not(discussed: Newsroom) -> None:
    scope = scope_of(discussed, "bread")
    editor = discussed.people[Role.EDITOR]
    marks = [topics.mark(discussed.desk, editor, site=SITE, scope=scope)]
    discussed.say("elsewhere", article_id="other")
    assert topics.mark(discussed.desk, editor, site=SITE, scope=scope) == marks[0]
    new = discussed.say("خبز آخر", article_id="bread")
    marks.append(topics.mark(discussed.desk, editor, site=SITE, scope=scope))
    amendments.withdraw(discussed.desk, discussed.key, new.external_id)
    marks.append(topics.mark(discussed.desk, editor, site=SITE, scope=scope))
    assert marks[1] != marks[0]
    assert marks[2] != marks[1]
    assert topics.examples(discussed.desk, editor, [new.id]) == ()


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.AUDITOR])
def test_only_who_reads_insights_may_ask(discussed: Newsroom, role: Role) -> None:
    for ask in (
        lambda caller: topics.mark(discussed.desk, caller, site=SITE, scope=Scope()),
        lambda caller: topics.background(discussed.desk, caller, site=SITE),
        lambda caller: found(discussed, Scope(), role=role),
    ):
        with pytest.raises(Forbidden):
            ask(discussed.people[role])


def test_another_sites_article_has_no_topics_here(discussed: Newsroom) -> None:
    accounts.add_site(discussed.desk, OPERATOR, name="elsewhere", title="Elsewhere")
    scope = scope_of(discussed, "bread")
    admin = discussed.admin
    others = topics.background(discussed.desk, admin, site="elsewhere")
    assert topics.topics(discussed.desk, admin, site="elsewhere", scope=scope, others=others).compared == 0
    with pytest.raises(NotFound):
        topics.mark(discussed.desk, admin, site="nowhere", scope=scope)
