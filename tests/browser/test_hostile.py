"""Readers who attack the desk: nothing runs, nothing is fetched, and the moderator sees what was written."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from dashboard.i18n import t
from moderation.article import IncomingArticle
from moderation.decision import Outcome, Reason
from moderation.roles import Role, Session
from moderation.service import accounts, intake, review, settings
from tests.browser import readings, stock
from tests.browser.story import comment
from tests.builders import OPERATOR, SITE

# A database of its own: these names and titles are in the way of everyone else's.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("app", ["sqlite_app"], indirect=True, scope="module"),
]

SCRIPT = "<script>window.attacked = 1; alert(1)</script>"
IMAGE = '<img src="https://evil.example/x.png" onerror="window.attacked = 1; alert(2)">'
SVG = '"><svg/onload="window.attacked=1;alert(3)"><iframe src="javascript:parent.attacked=1"></iframe>'
PICTURE = "![pixel](https://evil.example/t.png) <https://evil.example/auto> **bold** $x^2$ :smile: :red[red]"
LINK = "[click](javascript:alert(4)) [here](https://evil.example/) www.evil.example admin@evil.example"
FORMULA = '=HYPERLINK("https://evil.example/","click")'
TEMPLATE = "{{7*7}} ${7*7} {secret} %s %(name)s \\u0041 &lt;b&gt; &#60;"
STYLE = "</div></article><style>*{display:none!important}</style><base href=https://evil.example/>"

# Shown letter for letter.
VERBATIM = {
    "script": SCRIPT,
    "image": IMAGE,
    "svg": SVG,
    "markdown": PICTURE,
    "link": LINK,
    "formula": FORMULA,
    "template": TEMPLATE,
    "style": STYLE,
    "word": "ا" * 3_000 + "b" * 3_000,
}
# Shown with what was hidden made visible, or cut to what can be read.
BIDI = "rude \u202egnitset\u202c \u2066isolated\u2069 \u200bhidden\u200b"
MARKS = "rude Z" + "\u0301" * 50 + "a" + "\u0489" * 50 + "lgo"
LONG = "rude " + "كلمة طويلة جدًا. " * 1_200


@pytest.fixture(scope="module")
def auditor(app):
    link = accounts.issue_link(app.desk, OPERATOR, stock.ADMIN)
    token = accounts.sign_in_by_link(app.desk, link, address="127.0.0.1").token
    return Session(token_hash=accounts.token_hash(token))


def attack(app, text: str, body: str) -> int:
    """A held comment whose every field a stranger writes holds the text; its id."""
    external = f"x-{abs(hash((text, body)))}"
    article = IncomingArticle(external_id=external, title=text[:300], url="https://evil.example/a", section=text[:60])
    intake.save_article(app.desk, OPERATOR, article, site=SITE)
    receipt = stock.waiting(app.desk, body, external_id=external, article_id=external, commenter_name=text[:200])
    intake.report(app.desk, OPERATOR, external, reporter_id=text[:100], reason=Reason.OTHER, note=text[:300], site=SITE)
    return receipt.id


def alone(app, sign_in, comment_id: int):
    """A moderator's tab with the queue on this comment's article."""
    tab = sign_in(stock.MODERATOR, at=f"/?article={comment(app.desk, comment_id).article_id}")
    assert tab.card() == comment_id
    return tab


def unharmed(tab) -> None:
    """Nothing of the attack became part of the page; dialogs, requests and breaches are the watch's."""
    assert tab.page.evaluate("window.attacked") is None
    made = tab.page.locator(
        "img[src*=evil], a[href*=evil]:not(.tq-out), iframe, svg[onload], base, a[href^=javascript]"
    )
    expect(made).to_have_count(0)


def test_a_card_shows_an_attack_letter_for_letter(app, sign_in):
    held = {attack(app, text, f"rude {text}"): text for text in VERBATIM.values()}
    tab = sign_in(stock.MODERATOR, at="/?order=newest")
    for comment_id, text in reversed(held.items()):
        assert tab.card() == comment_id
        assert tab.body() == f"rude {text}"
        expect(tab.main.locator(".tq-by strong")).to_contain_text(text[:60])
        unharmed(tab)
        assert not tab.page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth > innerWidth")
        tab.press("KeyF")
        tab.card(after=comment_id)
        expect(tab.main.locator(".tq-done-row").first).to_contain_text(text[:20])
        unharmed(tab)


def test_the_hidden_is_shown(app, sign_in):
    comment_id = attack(app, "name\u202egnp", BIDI)
    tab = alone(app, sign_in, comment_id)
    assert "RLO" in tab.body()
    assert not set(tab.body()) & set("\u202e\u202c\u2066\u2069\u200b")
    expect(tab.main.locator(".tq-by strong .tq-mark")).to_have_text("RLO")


def test_towers_of_marks_stay_within_their_line(app, sign_in):
    comment_id = attack(app, "Z" + "\u0301" * 50, MARKS)
    tab = alone(app, sign_in, comment_id)
    assert "\u0301" * 9 not in tab.body()
    expect(tab.main.locator(".tq-body .tq-mark")).to_contain_text("+84")


def test_a_long_comment_opens_on_demand(app, sign_in):
    comment_id = attack(app, "long", LONG[:19_900])
    tab = alone(app, sign_in, comment_id)
    whole = tab.main.locator(".tq-body details .tq-text")
    expect(whole).to_be_hidden()
    # The buttons stay in sight however long the comment is.
    expect(tab.button("queue_approve_")).to_be_in_viewport()
    tab.main.locator(".tq-body summary").click()
    expect(whole).to_be_visible()
    assert whole.text_content() == comment(app.desk, comment_id).body
    expect(tab.button("queue_approve_")).to_be_in_viewport()


def test_every_page_bears_hostile_names(app, sign_in, auditor):
    """Insights, audit and settings show names, titles, notes and words that attack."""
    for number, text in enumerate((SCRIPT, IMAGE, PICTURE, LINK, FORMULA)):
        comment_id = attack(app, text, f"rude, attack {number}")
        seen = comment(app.desk, comment_id).version
        review.open_card(app.desk, auditor, comment_id)
        review.decide(
            app.desk, auditor, comment_id, Outcome.REJECT, seen_version=seen, reasons=[Reason.SPAM], note=text[:500]
        )
        accounts.add_staff(app.desk, OPERATOR, name=f"x{number}", display_name=text[:100], role=Role.MODERATOR)
        settings.issue_key(app.desk, OPERATOR, site=SITE, name=text[:100])
    publish(app, auditor, SCRIPT[:60], note=PICTURE)

    tab = sign_in(stock.ADMIN)
    shown = {
        "/insights?view=conversation&period=quarter": [SCRIPT],
        "/insights?view=agenda&period=quarter": [],
        "/insights?view=readers&period=quarter": [],
        "/audit": [],
        "/audit?log=desk": [],
        "/settings?area=staff": [SCRIPT, IMAGE, PICTURE, LINK, FORMULA],
        "/settings?area=keys": [SCRIPT, IMAGE, PICTURE, LINK, FORMULA],
        "/settings?area=words": [],
        "/settings?area=policy": [PICTURE],
        # The story of the last one, whose note it is.
        f"/audit?comment={comment_id}": [FORMULA],
    }
    for path, texts in shown.items():
        tab.go(path)
        open_all(tab)
        for text in texts:
            assert " ".join(text.split())[:60] in tab.page.evaluate(_TEXT), (path, text)
        unharmed(tab)
    readings.log(tab, "?people=1")
    unharmed(tab)


def test_the_filters_options_are_text(app, sign_in):
    attack(app, PICTURE, "rude, of an article with a picture for a title")
    tab = sign_in(stock.MODERATOR)
    tab.main.get_by_test_id("stPopoverButton").first.click()
    articles = (
        tab.page.get_by_test_id("stPopoverBody")
        .get_by_test_id("stSelectbox")
        .filter(has_text=t("queue.filter.article", "ar"))
    )
    # By key, not clicked: a slow list that opens under the pointer takes the click's end for a choice.
    articles.locator("input").press("ArrowDown")
    expect(tab.page.get_by_role("option", name=PICTURE[:30])).to_be_visible()
    unharmed(tab)


_TEXT = "() => document.querySelector('[data-testid=stMain]').textContent"


def open_all(tab) -> None:
    tab.page.evaluate("document.querySelectorAll('details:not([open]) > summary').forEach((one) => one.click())")
    tab.drawn()


def publish(app, caller, word: str, *, note: str) -> None:
    current = settings.policy(app.desk, caller, site=SITE)
    draft = replace(current, banned=(word,))
    settings.publish(app.desk, caller, draft, site=SITE, seen_number=current.number, note=note)
