"""What editors see of a period, question by question, and that nobody else does."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.insights.view import Question
from dashboard.periods import Preset
from dashboard.ui.components.figures import chosen
from dashboard.ui.components.options import by_name
from moderation.decision import Outcome, Reason
from moderation.roles import Role
from moderation.service import picks, review
from tests.builders import START, Newsroom
from tests.dashboard.ui.pages import Signed, query, words


@pytest.fixture
def busy(newsroom: Newsroom) -> Newsroom:
    """Three comments on two articles; the rude one waited five minutes and was rejected by the moderator."""
    newsroom.say("A civil thought", article_title="نص المقال الأول", section="سياسة", commenter_id="u-one")
    newsroom.say("Another", article_id="a-2", article_title="![x](http://tracker.invalid/p.png)", section="رياضة")
    held = newsroom.say("rude words", section="سياسة", commenter_id="u-one")
    newsroom.report(newsroom.say("Two days ago", created_at=START - timedelta(days=2)).external_id, by="reader-1")
    newsroom.clock.advance(minutes=5)
    review.open_card(newsroom.desk, newsroom.moderator, held.id)
    review.decide(
        newsroom.desk, newsroom.moderator, held.id, Outcome.REJECT, seen_version=held.version, reasons=[Reason.ABUSIVE]
    )
    return newsroom


def tiles(app: AppTest) -> list[str]:
    """The values, in their order."""
    return re.findall(r"<dd>(.*?)(?:<small>.*?)?</dd>", words(app))


def charts(app: AppTest) -> int:
    return len(app.get("vega_lite_chart") or app.get("arrow_vega_lite_chart"))


def table(app: AppTest, name: str) -> list[list[str]]:
    """The rows of a figure's table, opened for it; without the words that lead to the comments."""
    app.session_state[f"table_{name}"] = True
    app.run()
    found = next(part for part in words(app).split('<div class="tq-numbers"')[1:] if part)
    rows = re.findall(r"<tr>(.*?)</tr>", found.split("</table>")[0].split("<tbody>")[1])
    cells = [re.findall(r"<t[hd][^>]*>(?:<bdi[^>]*>)?(.*?)(?:</bdi>)?</t[hd]>", row) for row in rows]
    return [[cell for cell in row if not cell.startswith("<a ")] for row in cells]


TODAY = {"period": "today"}
# Charts of each question on the three comments of today.
ANSWERS = {"now": 3, "conversation": 9, "agenda": 1, "desk": 5, "readers": 3, "event": 2}


@pytest.mark.parametrize("lang", ["ar", "en"])
@pytest.mark.parametrize(("question", "drawn"), ANSWERS.items())
def test_each_question_is_drawn_for_editors(
    busy: Newsroom, signed: Signed, question: str, drawn: int, lang: str
) -> None:
    app = signed.open("insights", role=Role.EDITOR, lang=lang, view=question, **TODAY)
    assert not app.exception
    assert "tq-error" not in words(app)
    assert charts(app) == drawn


@pytest.mark.parametrize(
    ("question", "name", "rows"),
    [
        ("now", "outcomes", [["approved", "0"], ["published, not reviewed", "2"], ["held", "0"], ["rejected", "1"]]),
        ("now", "sections", [["سياسة", "2", "0", "1", "50"], ["رياضة", "1", "0", "0", "100"]]),
        ("conversation", "reasons", [["abusive", "1"]]),
    ],
)
def test_the_numbers_are_a_table_for_who_cannot_see_the_chart(
    busy: Newsroom, signed: Signed, question: str, name: str, rows: list[list[str]]
) -> None:
    app = signed.open("insights", role=Role.EDITOR, view=question, **TODAY)
    assert table(app, name) == rows
    # What leads to comments says to which, where links are read out in a list.
    assert set(re.findall(r'aria-label="show: \u2068([^"]+)\u2069">show</a>', words(app))) <= {row[0] for row in rows}
    assert words(app).count('aria-label="show: ') == words(app).count(">show</a>") > 0


def test_the_period_at_a_glance(busy: Newsroom, signed: Signed) -> None:
    app = signed.open("insights", role=Role.EDITOR, **TODAY)
    assert tiles(app) == ["3", "2", "33%", "0", "67%", "67%", "5 minutes"]


@pytest.mark.parametrize("lang", ["ar", "en"])
@pytest.mark.parametrize("role", [Role.MODERATOR, Role.AUDITOR])
def test_others_see_no_numbers(busy: Newsroom, signed: Signed, role: Role, lang: str) -> None:
    app = signed.open("insights", role=role, lang=lang)
    assert not app.exception
    assert not tiles(app)
    assert not app.selectbox
    assert ("role" if lang == "en" else "دورك") in words(app)


@pytest.mark.parametrize("question", list(Question))
def test_a_period_without_comments_says_so(newsroom: Newsroom, signed: Signed, question: Question) -> None:
    app = signed.open("insights", role=Role.EDITOR, lang="ar", view=question.value)
    assert not app.exception
    assert charts(app) == 0
    assert "لم يصل أي تعليق" in words(app)


def test_one_comment_is_enough(newsroom: Newsroom, signed: Signed) -> None:
    newsroom.say()
    app = signed.open("insights", role=Role.EDITOR)
    assert not app.exception
    assert tiles(app)[0] == "1"


@pytest.mark.parametrize("preset", [Preset.TODAY, Preset.FOUR_WEEKS, Preset.THIS_WEEK, Preset.YEAR])
def test_every_period_of_the_address_is_drawn(busy: Newsroom, signed: Signed, preset: Preset) -> None:
    app = signed.open("insights", role=Role.EDITOR, period=preset.value)
    assert not app.exception
    assert int(tiles(app)[0]) >= 3


def test_a_period_that_ends_before_it_starts_is_told(busy: Newsroom, signed: Signed) -> None:
    app = signed.open("insights", role=Role.EDITOR, period="custom", since="2026-11-20", until="2026-11-18")
    assert "starts" in words(app)
    assert not tiles(app)


def test_a_period_without_an_end_asks_for_it(busy: Newsroom, signed: Signed) -> None:
    app = signed.open("insights", role=Role.EDITOR, period="custom")
    app.date_input(key="until").set_value(None).run()
    assert "Choose a first and a last day" in words(app)
    assert not tiles(app)


def test_days_outside_the_period_are_left_out(busy: Newsroom, signed: Signed) -> None:
    app = signed.open("insights", role=Role.EDITOR, period="custom", since="2026-11-01", until="2026-11-20")
    assert "No comment came in" in words(app)


@pytest.mark.parametrize("given", [{"period": "x"}, {"view": "x"}, {"section": "-1"}, {"language": "x", "status": "x"}])
def test_an_address_that_makes_no_sense_is_passed_over(busy: Newsroom, signed: Signed, given: dict[str, str]) -> None:
    app = signed.open("insights", role=Role.EDITOR, **given)
    assert not app.exception
    assert tiles(app)[0] == "4"


def test_a_section_narrows_everything_and_stands_in_the_address(busy: Newsroom, signed: Signed) -> None:
    app = signed.open("insights", role=Role.EDITOR)
    section = app.selectbox(key="section")
    section.select(next(one for one in section.options if one == "رياضة")).run()
    assert tiles(app)[0] == "1"
    again = signed.open("insights", role=Role.EDITOR, section=query(app, "section"))
    assert tiles(again)[0] == "1"


@pytest.mark.parametrize(("given", "left"), [({"status": "rejected"}, "1"), ({"language": "fr"}, None)])
def test_status_and_language_narrow_as_well(
    busy: Newsroom, signed: Signed, given: dict[str, str], left: str | None
) -> None:
    app = signed.open("insights", role=Role.EDITOR, **given)
    assert tiles(app)[:1] == ([left] if left else [])


def test_a_headline_is_shown_as_it_is(busy: Newsroom, signed: Signed) -> None:
    app = signed.open("insights", role=Role.EDITOR)
    assert "![x](http://tracker.invalid/p.png)" in app.selectbox(key="article").options
    assert "tracker.invalid" not in words(app)


def test_a_note_is_pinned_and_taken_away_again(busy: Newsroom, signed: Signed) -> None:
    app = signed.open("insights", role=Role.EDITOR, view="event")
    app.text_input(key="pin_text").input("<b>Budget</b> vote").run()
    app.button(key="pin_add").click().run()
    assert "&lt;b&gt;Budget&lt;/b&gt; vote" in words(app)
    assert "Editor" in words(app)
    assert "editor-1" not in words(app)
    assert "FSI" not in words(app)
    assert app.text_input(key="pin_text").value == ""
    next(button for button in app.button if str(button.key).startswith("unpin_")).click().run()
    assert "Budget" not in words(app)


def test_an_empty_note_is_told_and_nothing_is_pinned(busy: Newsroom, signed: Signed) -> None:
    app = signed.open("insights", role=Role.EDITOR, view="event")
    app.button(key="pin_add").click().run()
    assert "tq-error" in words(app)
    assert not [button for button in app.button if str(button.key).startswith("unpin_")]


def test_what_readers_say_is_text_and_leads_to_it(busy: Newsroom, signed: Signed) -> None:
    said = busy.say(
        "Great work <img src=x onerror=alert(1)>", section="سياسة", commenter_id="sarah", commenter_name="Sarah <K>"
    )
    picks.pick(busy.desk, busy.moderator, said.id, seen_version=said.version)
    shown = words(signed.open("insights", role=Role.EDITOR, view="agenda"))
    assert "Great work &lt;img" in shown
    assert "/search?" in shown
    # Within one isolate a Latin name would turn the Arabic title's line round.
    assert '<bdi dir="auto">Sarah &lt;K&gt;</bdi> · <bdi' in shown


def test_shifts_name_others_to_the_head_of_the_desk_alone(busy: Newsroom, signed: Signed) -> None:
    told = {role: words(signed.open("insights", role=role, view="desk")) for role in (Role.EDITOR, Role.ADMIN)}
    assert "All of the desk" in told[Role.ADMIN]
    assert "All of the desk" not in told[Role.EDITOR]


def test_an_editor_is_not_told_that_nobody_decided(busy: Newsroom, signed: Signed) -> None:
    shown = words(signed.open("insights", role=Role.EDITOR, view="desk"))
    assert "There are no shifts to show you" in shown
    assert "Besides you, only the head of the desk sees them" in shown


@pytest.mark.parametrize(
    ("question", "said"),
    [
        # It was decided on what did not wait; three comments are there, of which too many are rejected.
        ("desk", "nobody decided on a comment that waited"),
        ("readers", "at most a tenth was rejected"),
    ],
)
def test_what_is_empty_says_no_more_than_is_true(newsroom: Newsroom, signed: Signed, question: str, said: str) -> None:
    receipts = [newsroom.say("A civil thought", commenter_id="u-one") for _ in range(3)]
    review.decide(
        newsroom.desk, newsroom.moderator, receipts[0].id, Outcome.REJECT, seen_version=1, reasons=[Reason.ABUSIVE]
    )
    assert said in words(signed.open("insights", role=Role.EDITOR, view=question))


def test_files_have_the_address_of_what_is_shown(busy: Newsroom, signed: Signed) -> None:
    shown = words(signed.open("insights", role=Role.EDITOR, period="today", status="rejected"))
    assert "/export/insights/outcomes.png?period=today&amp;status=rejected&amp;site=al-marsad" in shown


class Event:
    """As Streamlit tells of a click."""

    def __init__(self, way: object) -> None:
        self.selection = {"pick": [{"go": way}]}


@pytest.mark.parametrize(
    ("way", "wanted"),
    [
        ("from=2026-11-20&to=2026-11-20&part=3", {"from": "2026-11-20", "to": "2026-11-20", "part": "3"}),
        ("page=settings&story=4", {"story": "4"}),
        (None, {}),
        ("", {}),
    ],
)
def test_a_click_asks_the_search_page_and_nothing_else(way: object, wanted: dict[str, str]) -> None:
    assert chosen(Event(way)) == wanted
    assert chosen(None) == {}


def test_options_of_one_name_are_told_apart() -> None:
    assert by_name([(1, "x"), (2, "x"), (3, "y"), (4, "")]) == {1: "x (1)", 2: "x (2)", 3: "y", 4: " (4)"}
