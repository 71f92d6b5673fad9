"""Runs one screen on a real desk as one person, in one language."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.testing.v1 import AppTest

import dashboard.ui
from dashboard.ui import state
from dashboard.ui.components import keys
from moderation.roles import Role, Session
from moderation.service import accounts
from moderation.service.desk import Desk
from tests.builders import Newsroom

SCREENS = Path(dashboard.ui.__file__).parent / "screens"


class Signed:
    """Who is looking; changed between runs to look again as someone else."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, newsroom: Newsroom) -> None:
        self.newsroom = newsroom
        self.session: Session = newsroom.admin
        monkeypatch.setattr(state, "desk", self._desk)
        monkeypatch.setattr(state, "caller", lambda: self.session)

    def _desk(self) -> Desk:
        return self.newsroom.desk

    def open(self, screen: str, *, role: Role = Role.ADMIN, lang: str = "en", **query: str) -> AppTest:
        self.session = self.newsroom.people[role]
        app = AppTest.from_file(SCREENS / f"{screen}.py", default_timeout=30)
        accounts.set_language(self.newsroom.desk, self.session, lang)
        app.session_state["person_language"] = lang
        for name, value in query.items():
            app.query_params[name] = value
        return app.run()


_MARK = re.compile("</?mark[^>]*>")
_TAG = re.compile("<[^>]*>")


def words(app: AppTest) -> str:
    """Everything that the page says, in one text; whether a word is marked does not matter."""
    kinds = ("title", "subheader", "caption", "markdown", "info", "warning", "error", "success", "text")
    said = [element.value for kind in kinds for element in app.get(kind)]
    said += [_MARK.sub("", element.proto.body) for element in app.get("html")]
    said += [f"{metric.label} {metric.value}" for metric in app.metric]
    said += [button.label for button in app.button]
    return "\n".join(str(one) for one in said)


def query(app: AppTest, name: str) -> str:
    """A parameter of the page's address."""
    value = app.query_params[name]
    return value if isinstance(value, str) else value[-1]


_BUTTON = re.compile(r'<button [^>]*data-act="([^"]*)"( disabled)?>(.*?)</button>')


class Offered(NamedTuple):
    """A button of the queue: one of ours, or one that Streamlit draws."""

    name: str
    label: str
    disabled: bool


def offered(app: AppTest, name: str = "") -> list[Offered]:
    """The buttons whose names begin so, without the page's prefix."""
    found = [Offered(button.key, button.label, button.disabled) for button in app.button if button.key]
    for element in app.get("html"):
        for own, disabled, inside in _BUTTON.findall(element.proto.body):
            found.append(Offered(own, _TAG.sub("", inside), bool(disabled)))
    return [one for one in found if one.name.startswith(f"queue_{name}")]


def heard_by_keys(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the keys are given from now on, a run each."""
    heard: list[dict[str, Any]] = []
    listener = keys._listener

    def listening(**given: Any) -> object:
        heard.append(given["data"])
        return listener(**given)

    monkeypatch.setattr(keys, "_listener", listening)
    return heard


def press(app: AppTest, name: str) -> AppTest:
    """The one button of the queue whose name begins so."""
    found = offered(app, name)
    assert len(found) == 1, (name, found)
    return act(app, found[0].name)


def act(app: AppTest, name: str) -> AppTest:
    """As the browser does it: Streamlit is told of its own button, and keys.js tells of one of ours by its name."""
    own = [button for button in app.button if button.key == name]
    app = own[0].click().run() if own else tell_keys(app, act=name)
    assert not app.exception
    return app


def tell_keys(app: AppTest, **told: object) -> AppTest:
    """What keys.js tells in one go."""
    return tell(app, "queue_keys", **told)


def tell(app: AppTest, key: str, **told: object) -> AppTest:
    """What the browser's side of a component tells in one go."""
    [listener] = [one.proto for one in app.get("bidi_component") if one.proto.id.endswith(f"-{key}")]
    states = app._tree.get_widget_states()
    sent = states.widgets.add()
    sent.id = _make_trigger_id(listener.id, "events")
    sent.json_trigger_value = json.dumps([{"event": event, "value": value} for event, value in told.items()])
    return app._run(states)


def plain(app: AppTest) -> str:
    """The page's words without the marks of direction around names."""
    return words(app).replace("\u2068", "").replace("\u2069", "")


def toasts(app: AppTest) -> str:
    return "\n".join(toast.value.replace("\\", "") for toast in app.toast)


def draft_key(newsroom: Newsroom, field: str) -> str:
    """Of a field of the policy that is being written."""
    return f"policy_{newsroom.site.id}_{field}"
