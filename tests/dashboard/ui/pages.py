"""Runs one screen on a real desk as one person, in one language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import dashboard.ui
from dashboard.ui import state
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


def press(app: AppTest, name: str) -> AppTest:
    """The one button of the queue whose key begins so."""
    found = [button for button in app.button if button.key and button.key.startswith(f"queue_{name}")]
    assert len(found) == 1, (name, [button.key for button in app.button])
    app = found[0].click().run()
    assert not app.exception
    return app
