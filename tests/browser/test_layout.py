"""Every page in both directions, wide and narrow, light and dark: nothing cut, lost, pale or untranslated."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from dashboard.i18n import t
from moderation.article import IncomingArticle
from moderation.service import intake
from tests.browser import stock
from tests.builders import OPERATOR, SITE

pytestmark = pytest.mark.browser

# Names that Arabic texts write in Latin letters.
NAMES = [
    "Taliq",
    "English",
    "JSON",
    "CSV",
    "SHA",
    "RFC",
    "API",
    "IANA",
    "URL",
    "https",
    "http",
    "www",
    "PNG",
    "SVG",
    "HTML",
    "Excel",
]
EYES = (Path(__file__).parent / "eyes.js").read_text(encoding="utf-8").replace("ALLOWED", repr(NAMES))

ADDRESSES = [
    "/insights?period=quarter",
    "/insights?period=custom&since=2026-01-02&until=2026-01-01",
    "/audit",
    "/audit?log=desk",
    "/search?state=rejected",
    "/search?q=zz",
]
AREAS = ["words", "staff", "entry", "keys", "sites", "models", "retention"]
# How wide, and light or dark. A page is loaded once in a language, and looked at as the window and the theme change; at
# last as it was, which is how the next is brought on the screen.
LOOKS = {
    "ar": [(420, "light"), (1024, "light"), (1440, "dark"), (1440, "light")],
    "en": [(420, "dark"), (1440, "light")],
}


@pytest.mark.parametrize("lang", LOOKS)
def test_a_careful_look_finds_nothing_wrong(sign_in, lang):
    tab = sign_in(stock.ADMIN, lang=lang)
    wrong = [f"{name}: {one}" for name in views(tab, lang) for one in looks(tab, lang)]
    assert not wrong, "\n".join(wrong)


def looks(tab, lang: str) -> list[str]:
    wrong = []
    for width, scheme in LOOKS[lang]:
        tab.wear(width, scheme)
        found = tab.page.evaluate(EYES)
        wrong += [f"{width}, {scheme}: {kind}: {one}" for kind, ones in found.items() for one in ones]
    return wrong


def views(tab, lang):
    """Brings one thing after another on the screen and names it."""
    tab.card()
    yield "queue"
    tab.answered(lambda: tab.press("KeyE"))
    tab.drawn()
    yield "reasons"
    tab.answered(lambda: tab.press("Escape"))
    yield from windows(tab)
    for address in ADDRESSES:
        tab.go(address)
        open_first(tab)
        if address == "/audit":
            tab.button("audit_verify").click()
            tab.main.locator(".tq-notice.tq-done").nth(1).wait_for()
        tab.drawn()
        yield address
    yield from areas(tab, lang)
    for address in ("/logout", "/login"):
        tab.page.goto(tab.url + address)
        yield address


def windows(tab):
    for place, name in enumerate(("filters", "watch-list")):
        tab.main.get_by_test_id("stPopoverButton").nth(place).click()
        tab.page.get_by_test_id("stPopoverBody").wait_for()
        yield name
        tab.press("Escape")
        tab.page.get_by_test_id("stPopoverBody").wait_for(state="detached")
    # A phone has no keys to explain.
    if tab.button("queue_help").count():
        tab.button("queue_help").click()
        tab.page.get_by_role("dialog").wait_for()
        yield "keys"


def areas(tab, lang):
    tab.go("/settings?area=policy")
    yield "settings, policy"
    for area in AREAS:
        tab.main.get_by_role("radio", name=t(f"settings.area.{area}", lang), exact=True).click()
        expect(tab.page).to_have_url(re.compile(f"area={area}$"))
        tab.drawn()
        open_first(tab)
        tab.drawn()
        yield f"settings, {area}"


def open_first(tab) -> None:
    for summary in tab.main.locator("details:not([open]) > summary").all()[:1]:
        summary.click()


@pytest.mark.parametrize(("lang", "side"), [("ar", "right"), ("en", "left")])
def test_the_side_bar_stands_where_reading_begins(sign_in, lang, side):
    tab = sign_in(stock.ADMIN, lang=lang)
    assert tab.layout() == (lang, {"right": "rtl", "left": "ltr"}[side])
    assert side_of_the_bar(tab) == side
    tab.page.evaluate("dir => { document.documentElement.dir = dir }", {"right": "ltr", "left": "rtl"}[side])
    assert side_of_the_bar(tab) != side, "a page that is not mirrored is seen as such"


def side_of_the_bar(tab) -> str:
    bar, main = (tab.page.get_by_test_id(name).bounding_box() for name in ("stSidebar", "stMain"))
    apart = min(bar["x"] + bar["width"], main["x"] + main["width"]) <= max(bar["x"], main["x"]) + 1
    return ("right" if bar["x"] > main["x"] else "left") if apart else "over the page"


# What a careless change would do to the page, and what the eyes call it.
FAULTS = [
    (
        "cut",
        "document.querySelector('.tq-buttons button').style.cssText = "
        "'min-width: 0; max-width: 20px; width: 20px; overflow: hidden; white-space: nowrap'",
    ),
    (
        "cut",
        "document.querySelector('.tq-why h2').style.cssText = 'width: 20px; overflow: hidden; white-space: nowrap'",
    ),
    ("foreign", "document.querySelector('.tq-why h2').textContent = 'Why it waits'"),
    ("spoken", "document.querySelector('.tq-why h2').title = 'Why it waits'"),
    ("untranslated", "document.querySelector('.tq-why h2').textContent = 'queue.why'"),
    ("sideways", "document.querySelector('.tq-card').style.minWidth = '3000px'"),
    (
        "pale",
        "document.querySelector('.tq-why h2').style.cssText = 'transition: none !important; color: #ddd !important'",
    ),
]


@pytest.mark.parametrize(("kind", "fault"), FAULTS, ids=lambda part: part if part.isalpha() else "")
def test_the_careful_look_sees_what_is_wrong(app, sign_in, kind, fault):
    tab = sign_in(stock.MODERATOR, at=stock.pile(app.desk, "rude 1"))
    tab.card()
    # In one go: the panels beside the card draw themselves anew a moment after it, and would mend the fault.
    assert kind in tab.page.evaluate(f"() => {{ {fault}; return (\n{EYES}\n)() }}")


def test_an_empty_list_speaks_arabic_and_what_stands_in_one_is_left(app, sign_in):
    title = t("streamlit.list.clear_all", "en")
    article = IncomingArticle(external_id=f"named-{app.desk.new_id()}", title=title)
    intake.save_article(app.desk, OPERATOR, article, site=SITE)
    tab = sign_in(stock.ADMIN, at="/audit")
    tab.main.get_by_test_id("stPopoverButton").first.click()
    box = tab.page.get_by_test_id("stPopoverBody").get_by_test_id("stSelectbox").nth(2)
    for typed, shown in (("Clear", title), ("ژژژژ", t("streamlit.list.nothing", "ar"))):
        field = box.locator("input")
        field.click()
        field.fill(typed)
        expect(tab.page.get_by_role("listbox")).to_contain_text(shown)


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_on_a_phone_the_side_bar_comes_when_called(sign_in, lang):
    tab = sign_in(stock.ADMIN, lang=lang, width=420)
    link = tab.page.get_by_test_id("stSidebarNavLink").nth(1)
    expect(link).not_to_be_in_viewport()
    expect(tab.main).to_be_in_viewport()
    ghost = tab.page.evaluate("document.elementFromPoint(innerWidth / 2, 300).closest('[data-testid=stSidebar]')")
    assert ghost is None
    tab.page.get_by_test_id("stExpandSidebarButton").click()
    expect(link).to_be_in_viewport()
    link.click()
    tab.says(t("shell.insights", lang))


def test_the_pages_language_is_the_browsers_until_one_is_chosen(visit):
    for lang, direction in (("ar", "rtl"), ("en", "ltr")):
        tab = visit(lang=lang)
        tab.page.context.clear_cookies()
        tab.page.goto(f"{tab.url}/login")
        assert tab.layout() == (lang, direction)
