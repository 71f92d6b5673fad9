"""From the click, or the key, to the next comment painted, in a real Chromium. `python -m benchmarks.click`

The clock is the browser's own: it starts with the input event and stops after the frame that shows the next comment.
That one lies in the page already; when the server has answered, and it can be decided, is told beside it.
Browser and server share the machine, as a newsroom's do not. With `--moderators N`, so many more decide over
WebSockets from this process while the keys are struck once more.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import median

from playwright.sync_api import Browser, Page

from benchmarks import browsers, growth, newsroom, options, programs
from benchmarks.crowd import Crowd
from benchmarks.databases import SQLITE, Databases
from benchmarks.figures import check, ms, show, times
from benchmarks.newsroom import Newsroom
from db import schema
from moderation.article import Mode

COLUMNS = ("what", "times", "ms")

_MEASURE = """(() => {
  const bench = window.taliqBench = {first: null, began: null, asked: null, card: null, taken: [], answered: []}
  const shown = () => document.querySelector(".tq-card")?.dataset.comment ?? null
  const begin = (event) => {
    if (!event.isTrusted || bench.began !== null) return
    bench.began = bench.asked = event.timeStamp
    bench.card = shown()
  }
  // What is queued in a frame's callback runs once that frame is painted.
  const painted = (tell) => requestAnimationFrame(() => {
    const channel = new MessageChannel()
    channel.port1.onmessage = () => tell(performance.now())
    channel.port2.postMessage(0)
  })
  const look = () => {
    const card = shown()
    if (card === null) return
    if (bench.asked !== null && card !== bench.card && document.querySelector(`[data-act^="queue_approve_${card}_"]`)) {
      bench.answered.push(performance.now() - bench.asked)
      bench.asked = null
    }
    if (bench.first === null) {
      bench.first = 0
      painted((at) => { bench.first = at })
    } else if (bench.began !== null && card !== bench.card) {
      const began = bench.began
      bench.began = null
      painted((at) => { bench.taken.push(at - began) })
    }
  }
  addEventListener("click", begin, true)
  addEventListener("keydown", begin, true)
  new MutationObserver(look).observe(document, {subtree: true, childList: true, attributes: true})
})()"""
# The comment on the screen can be decided: its keys are there, and the wait for hasty fingers is over.
_ARMED = """() => {
  const keys = window.taliqKeys, id = document.querySelector(".tq-card")?.dataset.comment
  return id && keys && keys.card.startsWith(id + ":") && !keys.spent && performance.now() - keys.shownAt > 320
}"""
_TAKEN = "(number) => window.taliqBench.taken.length >= number"
_FIRST = "() => window.taliqBench?.first > 0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Seconds. `opened` are new browsers by a one-time link, `signed_in` these by another, `reloaded` the page."""

    opened: list[float]
    signed_in: list[float]
    reloaded: list[float]
    clicks: list[float]
    keys: list[float]
    # Struck while others are at work; until the server has answered, alone and among them; what it computed for a key.
    among: list[float]
    answers: list[float]
    answers_among: list[float]
    computed: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    stored: int
    queued: int
    template: int
    visits: int
    decisions: int
    moderators: int


FULL = Sizes(stored=5_000, queued=5_000, template=1_000, visits=5, decisions=120, moderators=0)
QUICK = Sizes(stored=200, queued=100, template=100, visits=1, decisions=4, moderators=1)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = options.parser(__doc__)
    parser.add_argument("--stored", type=int, help="comments in the database (default 5000)")
    parser.add_argument("--queued", type=int, help="of these in the queue (default 5000)")
    parser.add_argument("--visits", type=int, help="how often the queue is opened in each way (default 5)")
    parser.add_argument("--moderators", type=int, help="how many others decide meanwhile (default 0)")
    options.run(parser.parse_args(arguments), measure)


def measure(given: argparse.Namespace, backends: Sequence[str]) -> None:
    asked = {
        name: getattr(given, name) for name in ("stored", "queued", "visits", "moderators") if getattr(given, name)
    }
    sizes = replace(QUICK if given.quick else FULL, **asked)
    with browsers.opened(light=given.quick) as (browser, databases):
        for backend in backends:
            found = _measure_on(browser, databases, backend, sizes, before="")
            _show(backend, found)
            if backend == SQLITE and not given.quick and not asked:
                collecting = _measure_on(browser, databases, backend, sizes, before=programs.COLLECTING)
                slower = times(median(collecting.clicks), median(found.clicks))
                print(f"\nas Streamlit collects garbage by itself: {ms(collecting.clicks)} ms a click, {slower}")


def _show(backend: str, found: Times) -> None:
    rows = [
        ("sign-in link to first comment, new browser", found.opened),
        ("sign-in link to first comment", found.signed_in),
        ("page opened again", found.reloaded),
        ("click to next comment", found.clicks),
        ("key to next comment", found.keys),
        ("key to the server's answer", found.answers),
        *([("key to next comment, others at work", found.among)] if found.among else []),
        *([("key to the server's answer, others at work", found.answers_among)] if found.among else []),
    ]
    print(f"\nthe server computed {1000 * found.computed:.1f} ms for each key")
    show(f"In the browser, {backend}", COLUMNS, [(what, len(taken), ms(taken)) for what, taken in rows])


def _measure_on(browser: Browser, databases: Databases, backend: str, sizes: Sizes, *, before: str) -> Times:
    people = 1 + sizes.moderators
    with databases.fresh(backend) as url, newsroom.opened(url, moderators=people, mode=Mode.PRE) as place:
        growth.fill(place, sizes.stored, template=sizes.template, queued=sizes.queued)
        # A desk at work has its history counted; the server would count it all beside the first decisions.
        programs.run("rollup", database=url, folder=databases.folder)
        with programs.serving(url, databases.folder, before=before) as server:
            crowd = Crowd(server, [place.link(name) for name in place.moderators[1:]])
            found = _visit(browser, place, server, sizes, crowd)
        decided = place.count(schema.decisions, schema.decisions.c.staff_id.is_not(None))
        made = (3 if sizes.moderators else 2) * sizes.decisions + crowd.decided
        check(decided == made, f"{made} decisions made, {decided} stored")
        check(place.count(schema.queue) == sizes.queued - decided, "each decision took one comment out of the queue")
        place.check_log()
    return found


def _visit(browser: Browser, place: Newsroom, server: programs.Server, sizes: Sizes, crowd: Crowd) -> Times:
    opened, signed_in, reloaded = [], [], []
    for visit in range(sizes.visits):
        context = browser.new_context(locale="ar-EG", viewport={"width": 1440, "height": 900})
        context.add_init_script(_MEASURE)
        page = context.new_page()
        for taken in (opened, signed_in):
            context.clear_cookies()
            page.goto(f"{server.origin}/login/link?token={place.link(place.moderators[0])}")
            taken.append(_first(page))
        page.goto(server.origin)
        reloaded.append(_first(page))
        if visit < sizes.visits - 1:
            context.close()
    clicks, _ = _decide(page, sizes.decisions, lambda: _click(page))
    before = server.cpu
    keys, answers = _decide(page, sizes.decisions, lambda: page.keyboard.press("f"))
    computed = (server.cpu - before) / sizes.decisions
    among, answers_among = list[float](), list[float]()
    if sizes.moderators:
        with crowd:
            among, answers_among = _decide(page, sizes.decisions, lambda: page.keyboard.press("f"))
    context.close()
    return Times(
        opened=opened,
        signed_in=signed_in,
        reloaded=reloaded,
        clicks=clicks,
        keys=keys,
        among=among,
        answers=answers,
        answers_among=answers_among,
        computed=computed,
    )


def _first(page: Page) -> float:
    """Seconds from the start of the navigation to the first comment painted."""
    page.wait_for_function(_FIRST)
    return float(page.evaluate("() => window.taliqBench.first")) / 1000


def _decide(page: Page, decisions: int, act: Callable[[], object]) -> tuple[list[float], list[float]]:
    """Seconds to each next comment painted, and to each answer of the server."""
    page.evaluate("() => { window.taliqBench.taken = []; window.taliqBench.answered = [] }")
    for number in range(1, decisions + 1):
        page.wait_for_function(_ARMED)
        act()
        page.wait_for_function(_TAKEN, arg=number)
    page.wait_for_function(_ARMED)
    taken, answered = page.evaluate("() => [window.taliqBench.taken, window.taliqBench.answered]")
    return [one / 1000 for one in taken], [one / 1000 for one in answered]


def _click(page: Page) -> None:
    box = page.locator('[data-act^="queue_approve_"]').first.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


if __name__ == "__main__":
    main()
