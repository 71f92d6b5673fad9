"""Browsers of several people. A signed-in one is kept, and given to the next who comes to the same application: with a
warm cache a page opens in a third of the time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page
from playwright.sync_api import Error as PlaywrightError

from tests.browser.served import Served
from tests.browser.tab import Tab
from tests.browser.watch import Watch

PATIENCE_MS = 30_000
_SCREEN = "() => JSON.stringify(window.taliqKeys ?? null) + '\\n' + document.body.innerText.slice(0, 3000)"
_LOCALES = {"ar": "ar-EG", "en": "en-GB"}


def _screen(page: Page) -> str:
    try:
        return str(page.evaluate(_SCREEN))
    except PlaywrightError as error:
        return f"cannot be read: {error.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a person's browser is set up."""

    lang: str = "ar"
    width: int = 1440
    scheme: str = "light"
    touch: bool = False
    """A phone or tablet: fingers, no pointer that could hover."""


class Whose(NamedTuple):
    """At which application, who, and with which browser: that of a phone stays one, and so does its language."""

    url: str
    name: str
    lang: str
    scheme: str
    touch: bool

    @classmethod
    def of(cls, app: Served, name: str, look: Look) -> Whose:
        return cls(app.url, name, look.lang, look.scheme, look.touch)


@dataclass(slots=True, kw_only=True)
class Visitors:
    browser: Browser
    watch: Watch
    _kept: dict[Whose, Tab] = field(default_factory=dict)
    _fresh: list[BrowserContext] = field(default_factory=list)
    _asked: set[Whose] = field(default_factory=set)
    """Whose browsers the present test has; they are nobody else's meanwhile."""

    def fresh(self, app: Served, look: Look) -> Tab:
        """A browser that has never been here; it is closed when the test ends."""
        tab = self._open(app, look)
        self._fresh.append(tab.page.context)
        return tab

    def signed_in(self, app: Served, name: str, look: Look, *, at: str = "/") -> Tab:
        """This person's browser, with the page at this address on the screen."""
        key = Whose.of(app, name, look)
        self._asked.add(key)
        tab = self._kept.get(key)
        if tab is not None:
            tab.page.set_viewport_size({"width": look.width, "height": 900})
            tab.page.goto(app.url + at)
        if tab is None or urlsplit(tab.page.url).path == "/login":
            tab = self._kept[key] = tab or self._handed_on(app, look) or self._open(app, look)
            # Taking the session from the link's answer, without the first page that a person would see.
            # A connection that was kept may end just then, for the server closes it after five seconds.
            tab.page.request.get(app.link(name), max_retries=2)
            tab.page.goto(app.url + at)
        tab.drawn()
        return tab

    def _handed_on(self, app: Served, look: Look) -> Tab | None:
        """Another's browser of the same language, with nothing left in it but what it has cached."""
        free = [key for key in self._kept if key == Whose.of(app, key.name, look) and key not in self._asked]
        if not free:
            return None
        tab = self._kept.pop(free[0])
        # Away from the page, which writes down what was half written when it is left.
        tab.page.goto(f"{app.url}/healthz")
        tab.page.evaluate("() => { localStorage.clear(); sessionStorage.clear() }")
        tab.page.context.clear_cookies()
        self._speak(tab.page.context, app, look)
        tab.page.set_viewport_size({"width": look.width, "height": 900})
        return tab

    def _speak(self, context: BrowserContext, app: Served, look: Look) -> None:
        context.add_cookies([{"name": "taliq_lang", "value": look.lang, "url": app.url}])

    def begin(self) -> None:
        """A test begins, which nobody's browser is given to yet."""
        self._asked.clear()

    def kept(self, app: Served, name: str) -> Tab | None:
        """This person's browser as it was left, if they have been here."""
        key = Whose.of(app, name, Look())
        self._asked.add(key)
        return self._kept.get(key)

    def _open(self, app: Served, look: Look) -> Tab:
        context = self.browser.new_context(
            locale=_LOCALES[look.lang],
            viewport={"width": look.width, "height": 900},
            color_scheme=look.scheme,  # type: ignore[arg-type]
            reduced_motion="reduce",
            has_touch=look.touch,
            is_mobile=look.touch,
        )
        context.set_default_timeout(PATIENCE_MS)
        self._speak(context, app, look)
        self.watch.attend(context, app.host)
        return Tab(context.new_page(), app.url)

    def leave_fresh(self) -> None:
        while self._fresh:
            self._fresh.pop().close()

    def leave(self, app: Served) -> None:
        """Close the browsers that are at this application, before it stops."""
        for key in [key for key in self._kept if key.url == app.url]:
            self._kept.pop(key).page.context.close()

    def screens(self) -> str:
        """What stands on the pages that are open."""
        pages = [tab.page for tab in self._kept.values()] + [page for one in self._fresh for page in one.pages]
        return "\n".join(f"{page.url}\n{_screen(page)}\n" for page in pages)

    def settle(self) -> None:
        """Let what the open pages have reported so far arrive."""
        for tab in self._kept.values():
            tab.page.evaluate("0")
