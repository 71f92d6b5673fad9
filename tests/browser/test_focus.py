"""Whoever goes by Tab sees where they are: what has the focus is marked, clearly against what lies around it."""

from __future__ import annotations

import pytest

from tests.browser import stock
from tests.browser.looks import FOCUS

pytestmark = pytest.mark.browser

# To one: WCAG 2.2, 1.4.11.
CLEAR = 3
# More than the page has to stop at.
MOST = 80


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_focus_is_seen_wherever_tab_goes(app, sign_in, scheme):
    word = f"focus{scheme}"
    tab = sign_in(stock.ADMIN, at=stock.pile(app.desk, f"rude {word}"))
    tab.card()
    stops = walked(tab, scheme)
    tab.go(f"/search?q={word}")
    stops += walked(tab, scheme)
    tab.go("/domains?domain=spam.example")
    stops += walked(tab, scheme)
    met = {kind for kind, _, _ in stops}
    assert met >= {"queue_approve_", "queue_search", "stSidebarNavLink", "q", "choice", "domain", "domains_kind"}, met
    unseen = [f"{contrast:.2f}: {kind} {said}" for kind, said, contrast in stops if contrast < CLEAR]
    assert not unseen, "\n".join(unseen)


def walked(tab, scheme: str) -> list[tuple[str, str, float]]:
    """By Tab through the page: each stop, its words, and how clearly it is marked."""
    tab.wear(1440, scheme)
    tab.page.evaluate(FOCUS)
    for _ in range(MOST):
        tab.press("Tab")
        if tab.page.evaluate("window.taliqFocus.step()"):
            break
    found = tab.page.evaluate("window.taliqFocus.stops()")
    tab.wear()
    return found
