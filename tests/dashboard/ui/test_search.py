"""Finding comments, choosing some, deciding them together; each role sees what it may, hostile words stay words."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.ui.components.many import said
from dashboard.ui.components.search_rows import row_html
from moderation.comment import Status
from moderation.decision import Outcome, Reason
from moderation.errors import Unavailable
from moderation.roles import Role
from moderation.search import BatchResult, Chosen, LeftOut, SearchFilter
from moderation.service import batches, review, search
from tests.builders import SITE, Newsroom
from tests.dashboard.ui.pages import Signed, query, tell, words

LANGUAGES = ["ar", "en"]


def statuses(newsroom: Newsroom) -> list[Status]:
    page = search.find(newsroom.desk, newsroom.moderator, site=SITE, where=SearchFilter())
    return [row.comment.status for row in page.rows]


BOX = re.compile('<input type="checkbox" data-choose="([^"]*)"')
STAR = re.compile('<button [^>]*data-star="([^"]*)">.*?<span class="tq-name">(.*?)</span></button>')


def parts(app: AppTest, part: re.Pattern[str]) -> list[Any]:
    """The boxes by which comments are chosen, or the stars with their names."""
    return [one for element in app.get("html") for one in part.findall(element.proto.body)]


def given(app: AppTest) -> dict[str, Any]:
    """What choices.js knows of what the server chose."""
    [listener] = [one.proto for one in app.get("bidi_component") if one.proto.id.endswith("-search_choices")]
    found: dict[str, Any] = json.loads(listener.json)
    return found


def tick(app: AppTest, on: dict[str, bool], *, turn: int | None = None) -> AppTest:
    """As choices.js does: all that was ticked by hand since the server chose last."""
    app = tell(app, "search_choices", ticked={"turn": given(app)["turn"] if turn is None else turn, "on": on})
    assert not app.exception
    return app


def press(app: AppTest, key: str) -> AppTest:
    return app.button(key=key).click().run()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_opens_for_everyone_on_staff(newsroom: Newsroom, signed: Signed, lang: str) -> None:
    newsroom.say("A civil thought")
    for role in Role:
        app = signed.open("search", role=role, lang=lang)
        assert not app.exception
        assert "A civil thought" in words(app)
        may = role is not Role.AUDITOR
        assert bool(parts(app, BOX)) is may
        assert any(button.key == "bulk_reject" for button in app.button) is may


def test_an_empty_newsroom_says_so_and_that_nothing_fits_where_something_was_asked(signed: Signed) -> None:
    app = signed.open("search")
    assert "no comments here yet" in words(app)
    app.text_input(key="q").set_value("bread").run()
    assert "No comment fits" in words(app)
    assert "Those whose texts were erased count in the charts" in words(signed.open("search", state="rejected"))


def test_a_word_finds_its_forms_and_stands_in_the_address(newsroom: Newsroom, signed: Signed) -> None:
    newsroom.say("رأيت الكَلْب أمس")
    newsroom.say("رأيت قطَّة")
    app = signed.open("search", lang="ar")
    app.text_input(key="q").set_value("كلب").run()
    assert "الكَلْب" in words(app)
    assert "قطَّة" not in words(app)
    assert query(app, "q") == "كلب"
    assert any('<mark class="tq-found">الكَلْب</mark>' in one.proto.body for one in app.get("html"))
    again = signed.open("search", lang="ar", q="قطة")
    assert "قطَّة" in words(again)
    assert "الكَلْب" not in words(again)


def test_what_was_just_typed_is_found_though_the_page_does_not_know_of_it(newsroom: Newsroom, signed: Signed) -> None:
    newsroom.say("first thought")
    newsroom.say("second thing")
    app = tell(signed.open("search", role=Role.AUDITOR, q="thought"), "search_sought", words="thing")
    assert "second" in words(app)
    assert "first" not in words(app)
    app.run()
    assert "first" in words(app)


@pytest.mark.parametrize("forged", [None, 7, ["thing"], "x", "thing" * 200])
def test_what_nobody_could_have_typed_finds_what_was_found(newsroom: Newsroom, signed: Signed, forged: object) -> None:
    newsroom.say("first thought")
    newsroom.say("second thing")
    app = tell(signed.open("search", q="thought"), "search_sought", words=forged)
    assert not app.exception
    assert "first" in words(app)
    assert "second" not in words(app)


def test_a_word_too_short_says_so_and_the_page_goes_on(newsroom: Newsroom, signed: Signed) -> None:
    newsroom.say("A civil thought")
    app = signed.open("search", q="a")
    assert "three letters or more" in words(app)
    assert not app.exception
    app.text_input(key="q").set_value("civil").run()
    assert "A civil thought" in words(app)


def test_a_filter_can_be_cleared_beside_a_word_too_short(newsroom: Newsroom, signed: Signed) -> None:
    newsroom.say("A civil thought")
    app = signed.open("search", q="a", state="rejected")
    assert "three letters or more" in words(app)
    app = app.button(key="search_clear").click().run()
    app = app.text_input(key="q").set_value("civil").run()
    assert "A civil thought" in words(app)


def test_filters_come_from_the_address(newsroom: Newsroom, signed: Signed) -> None:
    newsroom.say("rude words", article_id="a", article_title="One story", commenter_id="amal", commenter_name="Amal")
    newsroom.say("civil words", article_id="b", commenter_id="badr")
    row = search.find(newsroom.desk, newsroom.moderator, site=SITE, where=SearchFilter(words=("rude",))).rows[0]
    wanted = {
        "state": "pending",
        "class": "toxic",
        "least": "90",
        "who": str(row.comment.commenter_id),
        "story": str(row.comment.article_id),
    }
    for name, value in wanted.items():
        app = signed.open("search", **{name: value})
        assert "rude words" in words(app), name
        assert "civil words" not in words(app), name
    app = signed.open("search", who=str(row.comment.commenter_id))
    assert "Amal" in words(app)
    press(app, "search_anyone")
    assert "civil words" in words(app)


@pytest.mark.parametrize("role", Role)
def test_a_row_tells_what_people_decided_and_noted(newsroom: Newsroom, signed: Signed, role: Role) -> None:
    one = newsroom.say("this is rude")
    note = "<img src=x onerror=alert(1)> نكتة"
    review.decide(newsroom.desk, newsroom.second, one.id, Outcome.APPROVE, seen_version=1, note=note)
    newsroom.say("also rude")
    app = signed.open("search", role=role)
    said = words(app)
    assert '<div class="tq-text" dir="auto">&lt;img src=x onerror=alert(1)&gt; نكتة</div>' in said
    assert (said.count("Decided once by a person"), said.count("<details")) == (1, 1)


NOTHING = ["-1", "٣", "9" * 30, "1e9", "<script>", "nobody", "5"]


@pytest.mark.parametrize("value", NOTHING)
def test_an_address_that_names_nothing_finds_nothing_and_says_so(
    newsroom: Newsroom, signed: Signed, value: str
) -> None:
    newsroom.say("A civil thought")
    app = signed.open("search", who=value, story=value, state=value, **{"from": value})
    assert not app.exception
    said = words(app)
    assert "not for you to see: ⁨Status, Article, From, Commenter⁩." in said
    assert "A civil thought" not in said
    # Nor when the page is drawn again, when nothing is chosen in the boxes any more.
    assert "A civil thought" not in words(app.run())
    assert not [button.key for button in app.button if button.key == "bulk_all"]
    assert "A civil thought" in words(press(app, "unknown_forget"))
    assert "story" not in app.query_params


@pytest.mark.parametrize(
    ("name", "value", "lang", "said"),
    [
        ("part", "5", "ar", "أو ليس لك أن تراه: ⁨القسم⁩."),
        ("class", "rude", "en", "⁨Classifier's finding⁩"),
        ("least", "101", "en", "⁨With a score⁩"),
        ("most", "x", "en", "⁨Highest score⁩"),
        ("to", "2026-13-01", "en", "⁨To the end of⁩"),
        ("q", "thought " * 30, "ar", "⁨الكلمات⁩"),
    ],
)
def test_each_filter_that_names_nothing_is_told(
    newsroom: Newsroom, signed: Signed, name: str, value: str, lang: str, said: str
) -> None:
    newsroom.say("A civil thought")
    app = signed.open("search", role=Role.MODERATOR, lang=lang, state="published", **{name: value})
    assert said in words(app)
    assert "A civil thought" not in words(app)
    assert "A civil thought" in words(press(app, "unknown_forget"))
    assert query(app, "state") == "published"


def test_pages_turn(newsroom: Newsroom, signed: Signed, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(30):
        newsroom.say(f"thought {number:02}")
    app = signed.open("search")
    assert "thought 29" in words(app)
    assert "thought 04" not in words(app)
    press(app, "search_older")
    assert "thought 04" in words(app)
    press(app, "search_newer")
    assert "thought 29" in words(app)


def test_what_is_chosen_is_counted_until_another_question(newsroom: Newsroom, signed: Signed) -> None:
    for number in range(27):
        newsroom.say(f"rude wave {number}")
    newsroom.say("civil")
    app = signed.open("search", role=Role.MODERATOR, q="wave")
    assert app.button(key="bulk_reject").disabled
    second = parts(app, BOX)[1]
    app = tick(app, {second: True})
    assert "1 comment chosen" in words(app)
    app = tick(app, {second: False})
    assert "0 comments chosen" in words(app)
    press(app, "bulk_page")
    assert "25 comments chosen" in words(app)
    assert given(app)["chosen"] == parts(app, BOX)
    app = tick(app, {second: False})
    assert "24 comments chosen" in words(app)
    press(app, "search_older")
    assert "24 comments chosen" in words(app)
    press(app, "bulk_all")
    assert "27 comments chosen" in words(app)
    press(app, "bulk_none")
    assert "0 comments chosen" in words(app)
    press(app, "bulk_all")
    app.text_input(key="q").set_value("rude").run()
    assert "0 comments chosen" in words(app)


def test_choosing_all_when_the_database_does_not_answer_says_so(
    newsroom: Newsroom, signed: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    newsroom.say("rude")
    app = signed.open("search", role=Role.MODERATOR)

    def fail(*_: object, **__: object) -> None:
        raise Unavailable(kind="busy")

    monkeypatch.setattr(search, "choose", fail)
    press(app, "bulk_all")
    assert not app.exception
    assert "0 comments chosen" in words(app)
    assert any("tq-error" in element.proto.body for element in app.get("html"))


def test_the_latest_batches_can_be_taken_back(newsroom: Newsroom, signed: Signed) -> None:
    chosen = [Chosen(newsroom.say(f"rude {number}").id, 1) for number in range(2)]
    changed = [Chosen(newsroom.say("rude").id, 5)]
    for some in ([*chosen, *changed], changed):
        batches.decide_many(newsroom.desk, newsroom.moderator, some, Outcome.REJECT, site=SITE, reasons=[Reason.SPAM])
    app = signed.open("search", role=Role.MODERATOR)
    assert "2 comments rejected" in words(app)
    (undo,) = [button for button in app.button if (button.key or "").startswith("bulk_undo_")]
    undo.click().run()
    assert "2 comments are as they were before." in words(app)
    assert statuses(newsroom) == [Status.PENDING] * 3
    assert signed.open("search", role=Role.ADMIN).expander == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reason_to_leave_out_has_a_sentence(lang: str) -> None:
    for why in LeftOut:
        for count in (1, 2, 3, 11, 100):
            told = said("search.done.reject", BatchResult(batch_id=1, decided=2, left_out={why: count}), lang)
            assert "{" not in told
            assert told != said("search.done.reject", BatchResult(batch_id=1, decided=2, left_out={}), lang)


HOSTILE = "<img src=x onerror=alert(1)> **b** [l](javascript:1) \u202egnp"


def test_hostile_words_stay_words(newsroom: Newsroom, signed: Signed) -> None:
    newsroom.say(HOSTILE, commenter_name=HOSTILE, article_title=HOSTILE)
    row = search.find(newsroom.desk, newsroom.moderator, site=SITE, where=SearchFilter()).rows[0]
    drawn = row_html(row, ("img",), "ar", now=newsroom.clock(), time_zone="UTC")
    assert "<img" not in drawn
    assert "\u202e" not in drawn
    app = signed.open("search", role=Role.MODERATOR)
    assert not app.exception
    assert all("](" not in box.label for box in app.checkbox)


@pytest.mark.parametrize(("lang", "said"), [("en", "with ⁨{name}⁩ just now"), ("ar", "مع ⁨{name}⁩ الآن")])
def test_a_row_says_which_colleague_has_it_just_now(newsroom: Newsroom, signed: Signed, lang: str, said: str) -> None:
    held = newsroom.say("rude 1")
    newsroom.say("rude 2")
    review.open_card(newsroom.desk, newsroom.second, held.id)
    told = said.format(name="Second")
    found = words(signed.open("search", role=Role.MODERATOR, lang=lang))
    assert found.count(told) == 1
    assert told in found.partition(f'data-comment="{held.id}"')[2].partition("</article>")[0]
    newsroom.clock.advance(minutes=5)
    assert told not in words(signed.open("search", role=Role.MODERATOR, lang=lang))


def test_ones_own_claim_needs_no_word(newsroom: Newsroom, signed: Signed) -> None:
    held = newsroom.say("rude")
    review.open_card(newsroom.desk, newsroom.moderator, held.id)
    assert "tq-held" not in words(signed.open("search", role=Role.MODERATOR))
    assert "tq-held" in words(signed.open("search", role=Role.EDITOR))


def test_the_name_of_who_has_it_is_escaped(newsroom: Newsroom) -> None:
    newsroom.say("rude")
    row = search.find(newsroom.desk, newsroom.moderator, site=SITE, where=SearchFilter()).rows[0]
    drawn = row_html(row, (), "en", now=newsroom.clock(), time_zone="UTC", held_by=HOSTILE)
    assert "<img" not in drawn
    assert "\u202e" not in drawn


def test_a_found_comment_is_picked_and_unpicked(newsroom: Newsroom, signed: Signed):
    newsroom.say("a civil thought")
    app = signed.open("search", role=Role.MODERATOR, lang="en")
    ((star, name),) = parts(app, STAR)
    assert name == "Pick as a good one"
    app = tell(app, "search_choices", star=star)
    assert "editors&#x27; pick" in words(app)
    ((star, name),) = parts(app, STAR)
    assert name == "No pick any more"
    assert given(app)["heard"] == 1
    app = tell(app, "search_choices", star=star)
    assert "editors&#x27; pick" not in words(app)
    assert given(app)["heard"] == 2


def test_what_was_ticked_before_the_server_chose_counts_no_longer(newsroom: Newsroom, signed: Signed) -> None:
    """It may be told late: the browser had not heard yet that all are chosen."""
    newsroom.say("rude one")
    newsroom.say("rude two")
    app = signed.open("search", role=Role.MODERATOR)
    turn = given(app)["turn"]
    press(app, "bulk_all")
    app = tick(app, {parts(app, BOX)[0]: False}, turn=turn)
    assert "2 comments chosen" in words(app)


@pytest.mark.parametrize(
    "forged",
    [
        {},
        7,
        {"turn": "1", "on": {}},
        {"turn": 1, "on": []},
        {"turn": 1, "on": {"x": True, "1:٢": True, "1:2:3": True, "": True}},
    ],
)
def test_a_forged_choice_chooses_nothing(newsroom: Newsroom, signed: Signed, forged: object) -> None:
    newsroom.say("rude")
    app = tell(signed.open("search", role=Role.MODERATOR), "search_choices", ticked=forged)
    assert not app.exception
    assert "0 comments chosen" in words(app)


@pytest.mark.parametrize("forged", [None, "", "7", "1:2", "1:2:3:on", "x:1:on", {"a": 1}])
def test_a_forged_star_picks_nothing(newsroom: Newsroom, signed: Signed, forged: object) -> None:
    newsroom.say("a civil thought")
    app = tell(signed.open("search", role=Role.MODERATOR), "search_choices", star=forged)
    assert not app.exception
    assert "editors&#x27; pick" not in words(app)


def test_a_range_of_scores_stands_in_the_address(newsroom: Newsroom, signed: Signed) -> None:
    newsroom.say("this is rude")
    newsroom.say("a threat")
    newsroom.say("fine weather")
    app = signed.open("search", role=Role.MODERATOR, least="85", most="92")
    said = words(app)
    assert "this is rude" in said
    assert "a threat" not in said
    assert "fine weather" not in said
    assert app.selectbox(key="most").value == 92
    app.checkbox(key="search_spread_open").check().run()
    assert not app.exception
    assert "A dot for each of the newest 500 comments found." in words(app)
