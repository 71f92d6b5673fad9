"""One tab of one person, in the words of the desk: what they open, press and see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

_ATTEMPTS, _ATTEMPT_MS = 4, 8_000

# The page has been drawn for good: connected, no run under way, nothing left of an earlier run, fonts there.
_DRAWN = """() => {
  const app = document.querySelector("[data-testid=stApp]")
  return app?.dataset.testScriptState === "notRunning" && app.dataset.testConnectionState === "CONNECTED"
    && document.querySelector(".tq-account, .tq-notice")
    && !document.querySelector("[data-stale=true], [data-testid=stSkeleton]") && document.fonts.status === "loaded"
}"""
# The comment on the screen and its keys belong together, and the wait that keeps a hasty key from deciding is over.
_ARMED = """(before) => {
  const keys = window.taliqKeys, card = document.querySelector(".tq-card")
  const id = card?.dataset.comment
  if (!keys || !id || id === before || !keys.card.startsWith(id + ":") || keys.spent) return null
  return performance.now() - keys.shownAt > 300 ? id : null
}"""


# Each rerun of the card gives the keys anew; a mark on the old ones tells them apart.
_MARK = "() => { if (window.taliqKeys) window.taliqKeys.old = true }"
_RENEWED = "() => window.taliqKeys && !window.taliqKeys.old"


# Two frames, and what the page does a moment after its window has changed; no run is under way, and nothing is left of
# an earlier one, which is pale. Nothing fades meanwhile.
_SETTLED = """() => {
  document.adoptedStyleSheets = [new CSSStyleSheet()]
  document.adoptedStyleSheets[0].replaceSync("*, ::before, ::after { transition: none !important }")
  return new Promise((done) => {
    const running = "[data-test-script-state=running], [data-stale=true], [data-testid=stSkeleton]"
    const settled = () => document.querySelector(running)
      ? setTimeout(settled, 50) : requestAnimationFrame(() => requestAnimationFrame(done))
    setTimeout(settled, 200)
  })
}"""


@dataclass(frozen=True, slots=True)
class Tab:
    page: Page
    url: str

    def go(self, path: str = "/") -> None:
        self.page.goto(self.url + path)
        self.drawn()

    def drawn(self) -> None:
        self.page.wait_for_function(_DRAWN)

    def wear(self, width: int = 1440, scheme: str = "light") -> None:
        """A window so wide, light or dark, without loading the page again."""
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        self.settled()

    def settled(self) -> None:
        self.page.evaluate(_SETTLED)

    @property
    def main(self) -> Locator:
        return self.page.get_by_test_id("stMain")

    @property
    def notice(self) -> Locator:
        return self.main.locator(".tq-notice").first

    def card(self, *, after: int | None = None) -> int:
        """The id of the comment on the screen once it can be decided; `after` is one that is to leave first."""
        found = self.page.wait_for_function(_ARMED, arg=None if after is None else str(after))
        return int(found.json_value())

    def body(self) -> str:
        """The whole text of the comment on the screen."""
        return self.main.locator(".tq-body .tq-text").first.text_content() or ""

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def answered(self, act: Callable[[], object]) -> None:
        """Do something that the card answers without giving way to another, and wait for the answer."""
        self.page.evaluate(_MARK)
        act()
        self.page.wait_for_function(_RENEWED)

    def until(self, seen: Locator, act: Callable[[], object]) -> None:
        """Do it until this is seen: a run that was under way may lose the click, or take away what is clicked."""
        for _ in range(_ATTEMPTS):
            try:
                act()
                return seen.wait_for(timeout=_ATTEMPT_MS)
            except PlaywrightTimeout:
                continue
        return seen.wait_for()

    def decide(self, key: str) -> int:
        """Press a key that decides, and wait for the comment that comes next."""
        before = self.card()
        self.press(key)
        return self.card(after=before)

    def button(self, key: str) -> Locator:
        """The button that has this name, or key in the script, or one that begins so.

        Streamlit draws one with a tooltip twice, once for screens that cannot hover, and hides one of the two.
        """
        return self.main.locator(f'[class*="st-key-{key}"] button:visible, button[data-act^="{key}"]:visible')

    def says(self, text: str) -> None:
        expect(self.main).to_contain_text(text)

    def layout(self) -> tuple[str, str]:
        root = self.page.locator("html")
        return root.get_attribute("lang") or "", root.get_attribute("dir") or ""
