"""Every page, by itself and not only in the side bar, refuses whom the table does not name and shows them nothing."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.i18n import t
from dashboard.ui import main
from moderation.roles import Role, Session, Staff
from tests.access.pages import PAGES
from tests.builders import Newsroom
from tests.dashboard.ui.pages import SCREENS, Signed, words

REFUSED = [(page, role) for page, allowed in PAGES.items() for role in Role if role not in allowed]
WIDGETS = (
    "button",
    "subheader",
    "expander",
    "text_input",
    "selectbox",
    "dataframe",
    "metric",
    "download_button",
    "checkbox",
    "code",
)


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def signed(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> Signed:
    newsroom.say("rude words of a reader")
    return Signed(monkeypatch, newsroom)


def shows_nothing(app: AppTest) -> bool:
    return "words of a reader" not in words(app) and not any(app.get(kind) for kind in WIDGETS)


@pytest.mark.parametrize(("page", "role"), REFUSED)
def test_a_page_refuses_other_roles(signed: Signed, page: str, role: Role) -> None:
    app = signed.open(page, role=role)
    assert t("errors.forbidden", "en") in words(app)
    assert shows_nothing(app)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_for_its_roles(signed: Signed, page: str) -> None:
    app = signed.open(page, role=Role.ADMIN)
    assert t("errors.forbidden", "en") not in words(app)
    assert not shows_nothing(app)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_nothing_once_the_session_has_ended(signed: Signed, page: str) -> None:
    signed.session = Session(token_hash="0" * 64)
    app = AppTest.from_file(SCREENS / f"{page}.py", default_timeout=30).run()
    assert t("errors.unauthenticated", "ar") in words(app)
    assert shows_nothing(app)


@pytest.mark.parametrize("role", Role)
def test_the_side_bar_shows_what_the_table_names(role: Role) -> None:
    person = Staff(id=1, name="x", display_name="", role=role, language="ar", active=True, has_password=True)
    opened = [page for page, allowed in PAGES.items() if role in allowed and page != "account"]
    assert sorted(main.opened_by(person)) == sorted(opened)


def test_every_page_stands_in_the_table() -> None:
    assert {path.stem for path in SCREENS.glob("[a-z]*.py")} == set(PAGES), "add a row to tests/access/pages.py"
