"""From Enter to the comments found, and from the confirmation to a batch decided. `python -m benchmarks.search_page`

In a real Chromium, by its own clock: a search starts with the key and stops after the frame that shows nothing but what
was found; a batch starts with the click that confirms it and stops after the frame that says how many were decided.
Browser and server share the machine. The search itself, without a page, is in `benchmarks.search`.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from playwright.sync_api import Browser, Page, expect

from benchmarks import browsers, growth, newsroom, options, programs
from benchmarks.figures import check, ms, show
from benchmarks.newsroom import Newsroom
from benchmarks.search import STEM, commonest, plant
from dashboard.i18n import t
from db import schema
from moderation.article import Mode
from moderation.comment import Status

COLUMNS = ("what", "times", "ms")

_MEASURE = """() => {
  const bench = window.taliqBench = {began: null, before: "", first: [], whole: [], said: null, told: []}
  const rows = () => [...document.querySelectorAll(".tq-found-row")].map((one) => one.dataset.comment)
  // What is queued in a frame's callback runs once that frame is painted.
  const painted = (tell) => requestAnimationFrame(() => {
    const channel = new MessageChannel()
    channel.port1.onmessage = () => tell(performance.now())
    channel.port2.postMessage(0)
  })
  addEventListener("keydown", (event) => {
    if (!event.isTrusted || event.key !== "Enter" || bench.began !== null) return
    bench.began = event.timeStamp
    bench.before = new Set(rows())
    bench.seen = false
  }, true)
  addEventListener("click", (event) => {
    if (event.target.closest(".st-key-bulk_go")) bench.said = event.timeStamp
  }, true)
  new MutationObserver(() => {
    if (bench.began !== null) {
      const shown = rows(), began = bench.began
      if (!bench.seen && shown.length && !bench.before.has(shown[0])) {
        bench.seen = true
        painted((at) => bench.first.push(at - began))
      }
      if (shown.length && !shown.some((one) => bench.before.has(one)) && !document.querySelector("[data-stale=true]")) {
        bench.began = null
        painted((at) => bench.whole.push(at - began))
      }
    }
    const told = document.querySelector(".tq-notice.tq-done") && !document.querySelector("[role=dialog]")
    if (bench.said !== null && told) {
      const said = bench.said
      bench.said = null
      painted((at) => bench.told.push(at - said))
    }
  }).observe(document, {subtree: true, childList: true, attributes: true})
}"""
_FOUND = "(times) => window.taliqBench.whole.length >= times"
_TOLD = "(times) => window.taliqBench.told.length >= times"
_ASKED = "(words) => new URLSearchParams(location.search).get('q') === words"
_LETTERS = "bcdfghjklm"
_RESTS = "() => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"


def main(arguments: Sequence[str] | None = None) -> None:
    given = options.parser(__doc__)
    given.add_argument("--stored", type=int, help="comments in the database (default 20,000)")
    options.run(given.parse_args(arguments), measure)


def measure(given: argparse.Namespace, backends: Sequence[str]) -> None:
    stored = given.stored or (2_000 if given.quick else 20_000)
    rounds, batches, size = (3, 1, 100) if given.quick else (100, 100, 1_000)
    with browsers.opened(light=given.quick) as (browser, databases):
        for backend in backends:
            with databases.fresh(backend) as url, newsroom.opened(url, moderators=1, mode=Mode.PRE) as place:
                growth.fill(place, stored, queued=1_000 * max(1, stored // 10_000))
                plant(place)
                _plant_waves(place, batches, size)
                programs.run("rollup", database=url, folder=databases.folder)
                with programs.serving(url, databases.folder) as server:
                    _visit(browser, place, server, backend, rounds=rounds, batches=batches, size=size)
                place.check_log()


def _visit(
    browser: Browser, place: Newsroom, server: programs.Server, backend: str, *, rounds: int, batches: int, size: int
) -> None:
    page = browser.new_context(locale="ar-EG", viewport={"width": 1440, "height": 900}).new_page()
    page.goto(f"{server.origin}/login/link?token={place.link(place.moderators[0])}")
    page.goto(f"{server.origin}/search")
    page.locator(".tq-found-row").first.wait_for()
    page.evaluate(_MEASURE)
    common, before = commonest(place), server.cpu
    for number in range(rounds):
        _search(page, (STEM, common)[number % 2], number + 1)
    computed = (server.cpu - before) / rounds
    first, whole = page.evaluate("() => [window.taliqBench.first, window.taliqBench.whole]")
    rows: list[tuple[str, Sequence[float]]] = [
        ("Enter to the first comment found", first),
        ("Enter to nothing but the comments found", whole),
    ]
    for number in range(batches):
        _search(page, _wave(number), rounds + number + 1)
        _decide(page, number + 1)
    rows.append((f"confirmed to {size:,} decided and told", page.evaluate("() => window.taliqBench.told")))
    rejected = place.count(schema.comments, schema.comments.c.status == Status.REJECTED.value)
    check(rejected == batches * size, f"{batches * size} confirmed, {rejected} rejected")
    page.context.close()
    print(f"\nthe server computed {1000 * computed:.1f} ms for each search")
    stored = place.count(schema.comments)
    table = [(what, len(taken), ms([one / 1000 for one in taken])) for what, taken in rows]
    show(f"The search page, {stored:,} comments, {backend}", COLUMNS, table)


def _search(page: Page, words: str, times: int) -> None:
    field = page.locator(".st-key-q input")
    field.fill(words)
    # Whoever types takes longer than that.
    page.wait_for_timeout(500)
    field.press("Enter")
    page.wait_for_function(_FOUND, arg=times)
    # What stands around the list comes after it.
    page.wait_for_function(_ASKED, arg=words)
    page.wait_for_function(_RESTS)


def _decide(page: Page, times: int) -> None:
    """All that was found."""
    page.locator(".st-key-bulk_all button").click()
    page.wait_for_function(_RESTS)
    page.locator(".st-key-bulk_reject button").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text(t("common.reason.spam", "ar"), exact=True).click()
    go = dialog.locator(".st-key-bulk_go button")
    expect(go).to_be_enabled()
    page.wait_for_function(_RESTS)
    go.click()
    page.wait_for_function(_TOLD, arg=times)
    page.wait_for_function(_RESTS)


def _plant_waves(place: Newsroom, batches: int, size: int) -> None:
    for number in range(batches):
        word = _wave(number)
        place.submit(
            {
                "external_id": f"{word}-{n}",
                "article_id": "zoo",
                "commenter_id": f"{word}-{n % 50}",
                "body": f"{word} comment number {n}",
            }
            for n in range(size)
        )


def _wave(number: int) -> str:
    """All as long, so that none is within another, and no letter three times, which is as good as twice."""
    tens, ones = divmod(number, 10)
    return f"zebra{_LETTERS[tens]}{_LETTERS[ones]}"


if __name__ == "__main__":
    main()
