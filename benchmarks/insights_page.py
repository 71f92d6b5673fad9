"""From the click on a question to its last chart painted, in a real Chromium. `python -m benchmarks.insights_page`

The clock is the browser's own: it starts with the click and stops after the frame that shows the last chart of the
question, once nothing has moved for a while. Beside it stands the processor time of the server's part, asked in this
process: what the use cases take, what drawing takes, and what a section that is kept takes.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from playwright.sync_api import Browser, Page

from benchmarks import browsers, growth, newsroom, options, programs
from benchmarks.databases import Databases
from benchmarks.figures import check, ms, show
from benchmarks.newsroom import OPERATOR, Newsroom
from dashboard.insights.kept import drawn, kept_section
from dashboard.insights.sections import section
from dashboard.insights.view import Question, View, read
from dashboard.periods import today_in
from db import schema
from moderation.article import Mode, Site
from moderation.roles import Role
from moderation.service import accounts
from moderation.service.rollups import roll_up

EDITOR = "editor"
COLUMNS = ("question", "charts", "painted ms", "server cold ms", "server kept ms")
# The last change below the page's main part is the last chart's; it is painted when the frame after it is.
_MEASURE = """() => {
  const bench = window.taliqBench = {began: 0, last: 0}
  addEventListener("pointerdown", (event) => { bench.began = event.timeStamp; bench.last = 0 }, true)
  new MutationObserver(() => requestAnimationFrame(() => { bench.last = performance.now() }))
    .observe(document.querySelector("[data-testid=stMain]"), {subtree: true, childList: true, attributes: true})
}"""
_STILL = """(charts) => {
  const bench = window.taliqBench
  const seen = document.querySelectorAll("[data-testid=stVegaLiteChart] :is(svg, canvas)").length
  const stale = document.querySelector("[data-stale=true], [data-testid=stSkeleton]")
  return bench.last > bench.began && seen === charts && !stale && performance.now() - bench.last > 600
}"""

Taken = dict[Question, list[float]]
"""Seconds."""


def main(arguments: Sequence[str] | None = None) -> None:
    given = options.parser(__doc__)
    given.add_argument("--comments", type=int, default=20_000, help="how many comments the newsroom has")
    given.add_argument("--existing", help="a database that benchmarks.history wrote, instead of a new one")
    given.add_argument("--rounds", type=int, default=7, help="how often each question is opened")
    options.run(given.parse_args(arguments), measure)


def measure(given: argparse.Namespace, backends: Sequence[str]) -> None:
    comments, rounds = (200, 2) if given.quick else (given.comments, given.rounds)
    with browsers.opened(light=given.quick) as (browser, databases):
        if given.existing:
            newsroom.prepare(given.existing)
            with newsroom.existing(given.existing) as place:
                _serve(place, databases, browser, rounds)
            return
        for backend in backends:
            with databases.fresh(backend) as url, newsroom.opened(url, mode=Mode.PRE) as place:
                growth.fill(place, comments, template=min(comments, 1_000))
                _serve(place, databases, browser, rounds)


def _serve(place: Newsroom, databases: Databases, browser: Browser, rounds: int) -> None:
    if EDITOR not in {one.name for one in accounts.staff(place.desk, OPERATOR)}:
        accounts.add_staff(place.desk, OPERATOR, name=EDITOR, display_name="ن", role=Role.EDITOR)
    # As a desk at work: else the server would count its history beside the first question.
    roll_up(place.desk, OPERATOR)
    with programs.serving(place.database, databases.folder) as server:
        _show(place, server, browser, rounds)


def _show(place: Newsroom, server: programs.Server, browser: Browser, rounds: int) -> None:
    counted, cold, warm = _asked(place, rounds)
    painted = _painted(place, server, browser, counted, rounds)
    rows = [(one.value, counted[one], ms(painted[one]), ms(cold[one]), ms(warm[one])) for one in Question]
    comments, backend = place.count(schema.comments), place.plant.engine.dialect.name
    show(f"The Insights page, {comments:,} comments, {backend}", COLUMNS, rows)
    check(all(counted.values()), "every question has a chart")


def _asked(place: Newsroom, rounds: int) -> tuple[dict[Question, int], Taken, Taken]:
    """How many charts each question has, and processor seconds of it new and kept."""
    desk, caller, site = place.desk, place.session(EDITOR), place.site
    charts, cold, warm = {}, {}, {}
    for question in Question:
        view = _view(question, site)
        shown = section(desk, caller, site, view, "ar")
        charts[question] = sum(one.chart is not None for one in shown.figures)
        cold[question] = [_cpu(lambda view=view: section(desk, caller, site, view, "ar")) for _ in range(rounds)]
        kept_section(desk, caller, site, view, "ar")
        warm[question] = [_cpu(lambda view=view: kept_section(desk, caller, site, view, "ar")) for _ in range(rounds)]
    drawn.clear()
    return charts, cold, warm


def _view(question: Question, site: Site) -> View:
    given = {"view": question.value, "period": "28days"}
    return read(given, today_in(site.time_zone, datetime.now(UTC)))


def _cpu(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _painted(
    place: Newsroom, server: programs.Server, browser: Browser, charts: dict[Question, int], rounds: int
) -> Taken:
    context = browser.new_context(locale="ar-EG", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(f"{server.origin}/login/link?token={place.link(EDITOR)}")
    page.goto(f"{server.origin}/insights?period=28days&view=event")
    page.get_by_test_id("stVegaLiteChart").first.wait_for()
    page.evaluate(_MEASURE)
    found: Taken = {one: [] for one in Question}
    for turn in range(rounds + 1):
        for question in Question:
            taken = _open(page, question, charts[question])
            # The first round loads what a browser keeps afterwards.
            if turn:
                found[question].append(taken)
    context.close()
    return found


def _open(page: Page, question: Question, charts: int) -> float:
    place = list(Question).index(question)
    page.locator(".st-key-view button").nth(place).click()
    page.wait_for_function(_STILL, arg=charts)
    return float(page.evaluate("() => (taliqBench.last - taliqBench.began) / 1000"))


if __name__ == "__main__":
    main()
