"""Insights, audit and settings as their people use them: files, the check of the log, a key and a colleague."""

from __future__ import annotations

import csv
import io
import json
import re
import urllib.request

import pytest
from playwright.sync_api import expect

from dashboard.i18n import t
from dashboard.insights.view import Question
from moderation.audit import EventType
from tests.browser import readings, stock

pytestmark = pytest.mark.browser

_DRAWN_MS = 120_000


def file_of(tab, click) -> tuple[str, str]:
    """Name and text of what a click downloads; the text begins with a byte order mark, for Excel."""
    with tab.page.expect_download() as download:
        click()
    raw = download.value.path().read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    return download.value.suggested_filename, raw.decode("utf-8-sig")


def test_a_charts_numbers_are_a_file(sign_in):
    tab = sign_in(stock.EDITOR)
    shown = readings.outcomes(tab)
    name, text = file_of(tab, tab.main.locator('a[href*="outcomes.csv"]').click)
    assert re.fullmatch(r"taliq-outcomes-al-marsad-[\d-]+\.csv", name)
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0][:2] == [t("insights.column.status", "ar"), t("insights.column.comments", "ar")]
    assert {row[0]: int(row[1]) for row in rows[1:]} == {t(f"common.status.{key}", "ar"): n for key, n in shown.items()}


def test_the_model_pages_numbers_are_a_file_that_the_page_itself_makes(sign_in):
    """Behind one address there may be several processes, of which one drew the page."""
    tab = sign_in(stock.EDITOR, at="/model")
    link = tab.main.locator('a[data-file="taliq-score_drift-al-marsad.csv"]')
    expect(link).to_have_accessible_name(
        f"{t('insights.download.numbers', 'ar')}: {t('insights.chart.score_drift', 'ar')}"
    )
    asked = []
    tab.page.on("request", lambda request: asked.append(request.url) if "/media/" in request.url else None)
    name, text = file_of(tab, link.click)
    assert name == "taliq-score_drift-al-marsad.csv"
    assert len(list(csv.reader(io.StringIO(text)))) > 2
    assert "\r\n" in text
    assert not [url for url in asked if url.endswith(".csv")]


def test_the_days_stand_in_the_address(sign_in):
    tab = sign_in(stock.EDITOR, at="/insights?period=custom&since=2020-01-01&until=2020-01-02")
    tab.says(t("insights.empty", "ar"))
    readings.choose_period(tab, "quarter", "ar")
    expect(tab.main.get_by_test_id("stVegaLiteChart").first).to_be_visible()
    expect(tab.page).to_have_url(re.compile("period=quarter"))


def test_a_click_on_a_bar_leads_to_the_comments_behind_it_and_the_way_back_to_its_view(sign_in):
    tab = sign_in(stock.EDITOR)
    rejected = readings.outcomes(tab)["rejected"]
    left = tab.page.url
    bar = tab.main.locator(
        f'path[aria-label^="{t("insights.column.status", "ar")}: {t("common.status.rejected", "ar")}"]'
    )
    tab.until(tab.main.locator(".tq-found-list"), bar.click)
    expect(tab.page).to_have_url(re.compile(r"/search\?.*state=rejected"))
    expect(tab.page).to_have_title(f"{t('search.title', 'ar')} · تعليق | Taliq")
    expect(tab.main.locator(".tq-found-list .tq-found-row")).to_have_count(min(rejected, 25))
    tab.page.go_back()
    expect(bar).to_be_visible()
    expect(tab.page).to_have_title(f"{t('shell.insights', 'ar')} · تعليق | Taliq")
    assert tab.page.url == left


@pytest.mark.parametrize("question", list(Question))
def test_what_is_read_out_of_a_chart_is_arabic(sign_in, question):
    tab = sign_in(stock.EDITOR, at=f"/insights?view={question}&period=month")
    charts = tab.main.get_by_test_id("stVegaLiteChart")
    charts.first.locator("svg [aria-label]").first.wait_for(state="attached")
    said = charts.evaluate_all(_READ_OUT)
    assert len(said) > 4
    names = {name for name, _ in said}
    # Names of people and articles are whoever's; what stands before them is ours.
    assert [name for name in names if re.search(r"[A-Za-z#]", name.partition(":")[0])] == []
    assert [kind for _, kind in said if re.search("[A-Za-z]", kind or "Vega's own")] == []


_READ_OUT = """charts => charts.flatMap(chart => [chart, ...chart.querySelectorAll("svg [aria-label]")])
  .filter(one => !one.closest("[aria-hidden=true]"))
  .map(one => [one.getAttribute("aria-label"), one.getAttribute("aria-roledescription")])"""


@pytest.mark.parametrize(("year", "key"), [("2999", "late"), ("1999", "outside")])
def test_a_day_that_may_not_be_chosen_is_refused_in_arabic(sign_in, year, key):
    tab = sign_in(stock.AUDITOR, at="/audit")
    tab.main.get_by_role("spinbutton").first.click()
    tab.page.keyboard.type(f"{year}0105")
    begun = t(f"streamlit.date.{key}", "ar").replace("**", "").partition("{")[0]
    expect(tab.main.get_by_role("alert").first).to_contain_text(begun)
    tab.page.get_by_test_id("stTooltipErrorHoverTarget").first.hover()
    expect(tab.page.get_by_role("tooltip")).to_contain_text(begun)
    # The calendar beside it is the page's own, in its language and digits, whatever those of the browser.
    tab.main.get_by_role("button", name=t("streamlit.date.choose", "ar")).first.click()
    calendar = tab.page.get_by_role("dialog")
    named = t("streamlit.date.choose_of", "ar").partition("{")[0]
    for month in (calendar.get_by_role("grid"), calendar.get_by_role("application")):
        expect(month).to_have_accessible_name(re.compile(rf"^{named}\S+ [0-9]{{4}}$"))
    expect(calendar.get_by_role("heading")).to_contain_text(named)
    expect(calendar).to_have_accessible_description(t("streamlit.date.keys", "ar"))


def test_what_is_chosen_is_seen_in_forced_colours(sign_in):
    tab = sign_in(stock.ADMIN, at="/settings?area=policy")
    tab.page.emulate_media(forced_colors="active")
    for kind in ('button[role="radio"]{}', '[data-testid="stCheckbox"] label{} > div:first-of-type'):
        chosen, other = (
            tab.main.locator(kind.format(state)).first.evaluate("one => getComputedStyle(one).backgroundColor")
            for state in ('[data-selected="true"]', ":not([data-selected])")
        )
        assert chosen != other
    tab.page.emulate_media(forced_colors="none")


def test_a_report_is_one_file_of_every_question(sign_in):
    tab = sign_in(stock.EDITOR, at="/insights?period=month")
    # Every picture of it is drawn before the first byte goes out, and the click waits for that.
    with tab.page.expect_download(timeout=_DRAWN_MS) as download:
        tab.main.locator('a[href*="all.html"]').click(timeout=_DRAWN_MS)
    assert re.fullmatch(r"taliq-all-al-marsad-[\d-]+\.html", download.value.suggested_filename)
    text = download.value.path().read_text(encoding="utf-8")
    assert text.count("<section ") == 6
    assert text.count("<svg ") >= 20


def test_the_log_is_found_intact(sign_in):
    tab = sign_in(stock.AUDITOR)
    tab.button("audit_verify").click()
    sound = tab.main.locator(".tq-notice.tq-done")
    expect(sound).to_have_count(2)
    expect(sound.first).to_contain_text("taliq/")
    expect(tab.main.locator(".tq-notice.tq-error")).to_have_count(0)


def test_the_filter_of_the_page_is_the_filter_of_the_file(sign_in):
    tab = sign_in(stock.AUDITOR)
    rows = readings.log(tab, "?type=comment:reported")
    reported = t("common.event.comment:reported", "ar")
    assert {row[3] for row in rows} == {reported}
    click = tab.main.get_by_role("link", name=t("audit.export.csv", "ar")).click
    name, text = file_of(tab, click)
    assert re.fullmatch(r"taliq-audit-al-marsad-[\d-]+\.csv", name)
    *lines, last = csv.DictReader(io.StringIO(text))
    assert last["type"] == "checkpoint"
    assert {line["type"] for line in lines} == {EventType.COMMENT_REPORTED}
    assert [line["position"] for line in lines][-len(rows) :] == [row[0] for row in reversed(rows)]


def test_a_key_from_the_settings_lets_a_site_send_a_comment(sign_in, app):
    tab = sign_in(stock.ADMIN, at="/settings?area=keys")
    tab.main.get_by_label(t("settings.keys.new_name", "ar")).fill("cms")
    days = tab.main.get_by_label(t("access.keys.days", "ar"))
    days.press("ControlOrMeta+a")
    days.press_sequentially("٣٠")
    expect(days).to_have_value("30")
    tab.button("key_issue").click()
    secret = tab.main.get_by_test_id("stCode").locator("code").inner_text().strip()
    comment = {"external_id": "from-outside", "article_id": "new", "commenter_id": "someone", "body": "انت غبي وتافه"}
    assert send(app.url, secret, comment)["status"] == "pending"
    expect(tab.button("secret_taken")).to_be_focused()
    tab.press("Enter")
    expect(tab.main.get_by_text(secret)).to_have_count(0)


def send(url: str, secret: str, comment: dict[str, str]) -> dict[str, str]:
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    request = urllib.request.Request(  # noqa: S310 -- our own http address
        f"{url}/api/v1/comments", json.dumps(comment).encode(), headers
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 -- our own http address
        assert answer.status == 201
        return json.load(answer)


def test_a_new_colleague_comes_in_by_the_link_that_is_shown(sign_in, visit):
    tab = sign_in(stock.ADMIN, at="/settings?area=staff")
    name = tab.main.get_by_role("textbox", name=t("settings.staff.name", "ar"), exact=True)
    adding = tab.main.get_by_test_id("stExpander").filter(has_text=t("settings.staff.add", "ar"))
    tab.until(name, adding.locator("summary").click)
    listed = tab.main.locator(".tq-table td", has_text="dina")
    tab.until(listed.first, lambda: (name.fill("dina"), tab.button("staff_added").click()))
    link = tab.button("staff_link")
    # A list that is opened while the page is drawn or scrolled closes again.
    tab.drawn()
    tab.until(link, lambda: choose(tab, t("settings.staff.person", "ar"), "dina"))
    secret = tab.main.get_by_test_id("stCode").locator("code")
    tab.until(secret, link.click)
    newcomer = visit()
    newcomer.page.goto(secret.inner_text().strip())
    newcomer.drawn()
    newcomer.card()


def choose(tab, label: str, option: str) -> None:
    box = tab.main.get_by_test_id("stSelectbox").filter(has_text=label)
    # What stands in the box already would not open a list that has closed.
    box.locator("input").fill("")
    box.locator("input").fill(option)
    # Whoever opens it again need not wait for what is gone.
    tab.page.get_by_role("option").filter(has_text=option).first.click(timeout=4_000)


def test_a_policy_is_published_and_named(sign_in):
    tab = sign_in(stock.ADMIN, at="/settings?area=words")
    words = tab.main.locator("textarea").first
    words.fill(words.input_value() + "\nكلمة-أخرى")
    words.blur()
    tab.button("policy_discard").click()
    # Which cannot be pressed any more.
    expect(tab.button("policy_publish")).to_be_focused()
    words.fill(words.input_value() + "\nكلمة-جديدة")
    # Without leaving the field: the click itself brings what was typed.
    tab.button("policy_publish").click()
    tab.page.get_by_test_id("stToast").wait_for()
    expect(tab.button("policy_discard")).to_be_disabled()
    rows = readings.log(tab, "?type=policy:published")
    assert stock.ADMIN in rows[0][2]
