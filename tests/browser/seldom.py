"""What is seldom on the screen, brought there one after another: for a careful look, and for pictures."""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.i18n import plural, t
from moderation.article import IncomingArticle
from moderation.decision import Outcome, Reason
from moderation.roles import Session
from moderation.service import accounts, appeals, intake, opinions, review, shifts
from moderation.service.desk import Desk
from tests.browser import stock
from tests.browser.tab import Tab
from tests.builders import OPERATOR, SITE, incoming

_OVER = "[role=dialog]"
_BODY = "stPopoverBody"
_EARLIER = "قرار لا يعجبني"


def colleague(desk: Desk) -> Session:
    """At work elsewhere, without a browser."""
    link = accounts.issue_link(desk, OPERATOR, stock.COLLEAGUE)
    return Session(token_hash=accounts.token_hash(accounts.sign_in_by_link(desk, link, address="127.0.0.1").token))


class Desked:
    """Three comments wait under an article: one of a thread, edited; one with an opinion; one with an appeal."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.karim = desk, colleague(desk)
        self.article = f"seldom-{desk.new_id()}"
        given = IncomingArticle(external_id=self.article, title="أسعار الكهرباء ترتفع", section="اقتصاد")
        article, _ = intake.save_article(desk, OPERATOR, given, site=SITE)
        self.address = f"/?article={article.id}&order=oldest"
        above = self._said("ما رأيكم في هذا القرار؟")
        self.first = stock.waiting(desk, f"rude {_EARLIER}", article_id=self.article, parent_id=above)
        for body in (f"rude هذا {_EARLIER} أبدًا", f"rude هذا {_EARLIER} أبدًا، وأقولها صراحة"):
            intake.edit(desk, OPERATOR, self.first.external_id, body, site=SITE)
        self._said("وأنا أيضًا", parent_id=self.first.external_id)
        self._opinion(stock.waiting(desk, "rude رأيي أنكم مخطئون", article_id=self.article))
        self._appeal(stock.waiting(desk, "rude كلام نُقل عن غيري", article_id=self.article))

    def _said(self, body: str, **given: object) -> str:
        fields = {"article_id": self.article, "created_at": self.desk.now()} | given
        return intake.submit(self.desk, OPERATOR, [incoming(body, **fields)], site=SITE)[0].external_id

    def _opinion(self, receipt: intake.Receipt) -> None:
        card = review.open_card(self.desk, self.karim, receipt.id)
        given = {"seen_version": card.comment.version, "reasons": [Reason.HARASSMENT], "note": "لست متأكدًا"}
        opinions.give(self.desk, self.karim, receipt.id, Outcome.REJECT, **given)

    def _appeal(self, receipt: intake.Receipt) -> None:
        card = review.open_card(self.desk, self.karim, receipt.id)
        given = {"seen_version": card.comment.version, "reasons": [Reason.ABUSIVE]}
        review.decide(self.desk, self.karim, receipt.id, Outcome.REJECT, **given)
        appeals.lodge(self.desk, OPERATOR, receipt.external_id, "كنت أنقل كلام غيري لا أكثر", site=SITE)


def of_a_comment(tab: Tab, desked: Desked) -> Iterator[str]:
    tab.go(desked.address)
    assert tab.card() == desked.first.id
    tab.main.locator(".tq-revisions summary").click()
    yield "versions"
    tab.until(tab.page.locator(_OVER), lambda: tab.press("KeyT"))
    yield "thread"
    tab.press("Escape")
    tab.page.locator(_OVER).wait_for(state="detached")
    tab.answered(lambda: tab.press("KeyO"))
    yield "opinion"
    tab.answered(lambda: tab.press("Escape"))
    tab.answered(lambda: tab.press("KeyM"))
    tab.main.get_by_test_id("stPopoverButton").filter(has_text=t("queue.messages", tab.layout()[0])).click()
    tab.page.get_by_test_id(_BODY).wait_for()
    yield "messages"
    tab.press("Escape")
    tab.page.get_by_test_id(_BODY).wait_for(state="detached")
    tab.answered(tab.button("queue_cancel_").click)


def of_colleagues(tab: Tab, desked: Desked) -> Iterator[str]:
    """After the last of them the queue is empty but for what was put aside, and then the shift is over."""
    shifts.end(desked.desk, desked.karim, site=SITE, note="انتبهوا إلى مقال الكهرباء")
    tab.decide("KeyS")
    yield "opinion-given"
    tab.decide("KeyS")
    yield "appeal"
    review.open_card(desked.desk, desked.karim, desked.first.id)
    tab.answered(lambda: tab.press("KeyK"))
    tab.answered(lambda: tab.press("KeyK"))
    yield "held"
    review.release(desked.desk, desked.karim)


def of_an_end(tab: Tab, desked: Desked) -> Iterator[str]:
    tab.go(desked.address)
    while not tab.main.locator(".tq-empty").count():
        tab.card()
        tab.answered(lambda: tab.press("KeyS"))
        # The keys may come before what stands in place of the last card.
        tab.drawn()
    yield "empty"
    tab.until(tab.page.locator(".st-key-queue_handover_note textarea"), tab.button("queue_end").first.click)
    yield "end-of-shift"
    tab.page.locator(".st-key-queue_end_shift button").click()
    tab.button("queue_come_back").wait_for()
    yield "resting"
    tab.go("/search")
    app = tab.page.get_by_test_id("stApp")
    app.evaluate("one => { one.dataset.testConnectionState = 'DISCONNECTED_FOREVER' }")
    tab.page.locator(".tq-offline").wait_for()
    yield "offline"
    tab.go()


AT_THE_DESK = (of_a_comment, of_colleagues, of_an_end)


def of_many(tab: Tab, desk: Desk) -> Iterator[str]:
    word = f"seldom{desk.new_id()}"
    stock.pile(desk, *(f"rude {word} تعالوا الليلة إلى الساحة الكبيرة يا ناس {n}" for n in range(4)))
    dialog, body = tab.page.locator(_OVER), tab.page.get_by_test_id(_BODY)
    tab.go(f"/search?q={word}")
    lang = tab.layout()[0]
    tab.main.get_by_test_id("stPopoverButton").click()
    body.get_by_test_id("stSelectbox").nth(2).locator("input").click()
    tab.page.get_by_role("listbox").wait_for()
    yield "articles"
    tab.press("Escape")
    tab.press("Escape")
    body.wait_for(state="detached")
    tab.until(tab.main.get_by_text(plural("search.chosen", 4, lang)), tab.button("bulk_page").click)
    tab.until(dialog, tab.button("bulk_reject").click)
    yield "batch"
    dialog.locator(".st-key-bulk_cancel button").click()
    dialog.wait_for(state="detached")
    tab.main.locator(".st-key-search_spread_open label").click()
    tab.main.get_by_test_id("stVegaLiteChart").locator("canvas, svg").first.wait_for()
    tab.drawn()
    yield "dots"
    tab.go("/alike")
    yield "waves"
    tab.until(dialog, tab.button("alike_reject_").first.click)
    yield "wave"
    tab.go("/domains?domain=spam.example")
    ban = tab.main.locator(".st-key-domains_kind").get_by_text(t("common.measure.ban", lang), exact=True)
    tab.until(tab.button("domains_do"), ban.click)
    yield "domain"
