"""What is seldom on the screen, looked at as carefully as every page: see `test_looks`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.amounts import FULL, LANGUAGES, amount
from tests.browser import seldom, stock
from tests.browser.looks import ALL_LOOKS, looked_at
from tests.browser.tab import Tab

pytestmark = pytest.mark.browser

# After wide and light.
LOOKS = amount([], full=ALL_LOOKS)


@pytest.mark.timeout(amount(300, full=900))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_careful_look_at_what_is_seldom_seen_finds_nothing_wrong(app, sign_in, lang):
    tab, desked = sign_in(stock.MODERATOR, lang=lang), seldom.Desked(app.desk)
    found = [one for views in seldom.AT_THE_DESK for one in wrong(tab, views(tab, desked))]
    assert not found, "\n".join(found)


@pytest.mark.timeout(amount(300, full=900))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_careful_look_at_acts_on_many_finds_nothing_wrong(app, sign_in, lang):
    tab = sign_in(stock.ADMIN, lang=lang)
    found = wrong(tab, seldom.of_many(tab, app.desk))
    assert not found, "\n".join(found)


def wrong(tab: Tab, shown: Iterator[str]) -> list[str]:
    return [f"{name}: {one}" for name in shown for one in looked_at(tab, LOOKS, by_axe=True, narrow_too=FULL)]
