"""What the help and the buttons say of the keys is what the keys do, in each state of the queue."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.i18n import catalog
from moderation.roles import Role
from tests.builders import Newsroom
from tests.dashboard.ui.pages import Signed, heard_by_keys, press

pytestmark = pytest.mark.usefixtures("clicks_count_at_once")


def empty(newsroom: Newsroom, signed: Signed) -> AppTest:
    return signed.open("queue", role=Role.MODERATOR)


def waiting(newsroom: Newsroom, signed: Signed) -> AppTest:
    newsroom.say("the weather above", external_id="up")
    newsroom.say("a rude answer", parent_id="up")
    return empty(newsroom, signed)


def unsuspected(newsroom: Newsroom, signed: Signed) -> AppTest:
    newsroom.set_policy(mode="pre")
    newsroom.say("a civil thought")
    return empty(newsroom, signed)


def reasons(newsroom: Newsroom, signed: Signed) -> AppTest:
    return press(waiting(newsroom, signed), "other")


def message(newsroom: Newsroom, signed: Signed) -> AppTest:
    return press(waiting(newsroom, signed), "write")


def opinion(newsroom: Newsroom, signed: Signed) -> AppTest:
    return press(waiting(newsroom, signed), "opinion")


def decided(newsroom: Newsroom, signed: Signed) -> AppTest:
    return press(waiting(newsroom, signed), "approve")


def looking_back(newsroom: Newsroom, signed: Signed) -> AppTest:
    return press(decided(newsroom, signed), "previous")


def resting(newsroom: Newsroom, signed: Signed) -> AppTest:
    return press(waiting(newsroom, signed), "end_shift")


STATES = [empty, waiting, unsuspected, reasons, message, opinion, decided, looking_back, resting]

# A line of the help is called as the button is that its keys click, but for these.
CLICKS = {
    "approve": ("approve_", "would_approve_"),
    "reject": ("reject_", "other_"),
    "reject_other": ("other_",),
    "reason": ("as_",),
    "escape": ("cancel_",),
}
_ROW = re.compile(r'<tr><td><kbd dir="ltr">(.*?)</kbd></td><td>(.*?)</td></tr>')
_OWN = re.compile(r'<button [^>]*data-act="([^"]*)"[^>]*>[^\n]*?</button>')
_LETTER = re.compile(r"<code>(.*?)</code>|`(.*?)`|\((.)\)$")
_SHOWN = {"/": ["Slash"], "?": ["Question"], "Esc": ["Escape"], "1 – 9": [f"Digit{n}" for n in range(1, 10)]}


def codes(shown: str) -> list[str]:
    """Those of `KeyboardEvent.code` that a name of keys stands for."""
    if shown.isdigit():
        return [f"Digit{shown}"]
    return _SHOWN.get(shown) or [f"Key{letter}" for letter in shown.split(" / ")]


def helped(app: AppTest) -> dict[str, str]:
    """What the window says: of each key the name of its line in the catalog."""
    names = {text: key.removeprefix("queue.help.") for key, text in catalog("en").items() if key[:11] == "queue.help."}
    [window] = [one.proto.body for one in press(app, "help").get("html") if "tq-help" in one.proto.body]
    return {code: names[html.unescape(said)] for keys, said in _ROW.findall(window) for code in codes(keys)}


def labelled(app: AppTest) -> dict[str, str]:
    """The buttons that show a key: each key shown, and the name of the button."""
    said = {one.key: f"{one.label} {one.help or ''}" for one in app.button if one.key}
    for element in app.get("html"):
        said |= {found[1]: found[0] for found in _OWN.finditer(element.proto.body)}
    letters = {name: found for name, text in said.items() if (found := _LETTER.search(text))}
    return {code: name for name, found in letters.items() for code in codes(found[found.lastindex or 0])}


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    return heard_by_keys(monkeypatch)


State = Callable[[Newsroom, Signed], AppTest]


@pytest.mark.parametrize("state", STATES)
def test_each_key_that_is_bound_does_what_the_help_says(
    newsroom: Newsroom, signed: Signed, heard: list[dict[str, Any]], state: State
) -> None:
    app = state(newsroom, signed)
    bound = {code: one["button"].removeprefix("queue_") for code, one in heard[-1]["keys"].items()}
    told = helped(app)
    assert set(bound) <= set(told)
    wrong = {code: name for code, name in bound.items() if not name.startswith(CLICKS.get(told[code], (told[code],)))}
    assert not wrong


@pytest.mark.parametrize("state", STATES)
def test_each_key_that_a_button_shows_clicks_it(
    newsroom: Newsroom, signed: Signed, heard: list[dict[str, Any]], state: State
) -> None:
    app = state(newsroom, signed)
    bound = {code: one["button"] for code, one in heard[-1]["keys"].items()}
    shown = labelled(app)
    assert shown
    assert shown.items() <= bound.items()


def test_each_key_of_the_help_is_bound_somewhere(
    newsroom: Newsroom, signed: Signed, heard: list[dict[str, Any]]
) -> None:
    app = reasons(newsroom, signed)
    assert {code for one in heard for code in one["keys"]} == set(helped(app))
