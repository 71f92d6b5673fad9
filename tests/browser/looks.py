"""What a careful look at a page finds wrong: by our own eyes, and by axe-core's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe

from tests.amounts import amount
from tests.browser.tab import Tab

# Names that Arabic texts write in Latin letters.
_NAMES = [
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
    # The domain that stands as an example.
    "spam",
    "example",
]


def _script(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


# A function that finds what is cut, lost, pale or untranslated, and one that notes what marks the focus.
EYES = _script("eyes.js").replace("ALLOWED", repr(_NAMES)).replace("COLOURS", _script("colours.js"))
FOCUS = _script("focus.js").replace("COLOURS", _script("colours.js"))
# How wide, and light or dark, after wide and light.
ALL_LOOKS = [(1440, "dark"), (1024, "light"), (1024, "dark"), (420, "light"), (420, "dark")]
LOOKS: dict[str, list[tuple[int, str]]] = {
    "ar": amount([(420, "dark")], full=ALL_LOOKS),
    "en": amount([(420, "dark")], full=ALL_LOOKS),
}

_LOOKS_AGAIN = 5
_GRAVE = {"serious", "critical"}
# Of a chart its name is looked at, not the thousand marks that it is drawn with; they too by `TALIQ_FULL=1`.
# Behind an open list nothing is reached until it is closed, and so it is with what else stands in its popover.
_BEHIND = ["[data-testid=stPopoverBody]:has([aria-expanded=true])"]
_WHERE = {"exclude": [_BEHIND, *amount([[".vega-embed svg *"]], full=[])]}
# What a narrow window or a dark theme can bring about.
_NARROW = amount({"runOnly": ["color-contrast", "scrollable-region-focusable", "target-size"]}, full={})


def seen(tab: Tab) -> list[str]:
    """What our own eyes find wrong."""

    def look() -> list[str]:
        return [f"{kind}: {one}" for kind, ones in tab.page.evaluate(EYES).items() for one in ones]

    return _wrong_still(tab, look)


def grave(tab: Tab, **options: Any) -> list[str]:
    """What axe-core calls serious or critical."""
    return _wrong_still(tab, lambda: _violations(tab, **options))


def _wrong_still(tab: Tab, look: Callable[[], list[str]]) -> list[str]:
    """What is wrong when looked at again, too: another colour scheme lets the script run, which fades the page."""
    for _ in range(_LOOKS_AGAIN):
        found = look()
        if not found:
            break
        tab.settled()
    return found


def _violations(tab: Tab, **options: Any) -> list[str]:
    options = {"resultTypes": ["violations"], "preload": False, **options}
    found = Axe().run(tab.page, context=_WHERE, options=options).response["violations"]
    return [f"{one['id']}: {node['html'][:200]}" for one in found if one["impact"] in _GRAVE for node in one["nodes"]]


def looked_at(tab: Tab, looks: list[tuple[int, str]], *, by_axe: bool, narrow_too: bool = True) -> list[str]:
    """All that is wrong as the window and the theme change; at last the page is as it was, wide and light.

    A page is loaded once: `looks` are the widths and schemes after the first. axe-core looks at the first as a whole,
    and at one that is narrow and dark, if it is to see that too, for what these can bring about.
    """
    # Nothing is said of what happens to lie under the pointer.
    tab.page.mouse.move(0, 0)
    tab.settled()
    wrong = [f"wide: {one}" for one in seen(tab) + (grave(tab) if by_axe else [])]
    for width, scheme in looks:
        tab.wear(width, scheme)
        narrow_by_axe = by_axe and narrow_too and (width, scheme) == (420, "dark")
        found = seen(tab) + (grave(tab, **_NARROW) if narrow_by_axe else [])
        wrong += [f"{width}, {scheme}: {one}" for one in found]
    tab.wear()
    return wrong
