"""Settings: colleagues, invitations, rules of entry and keys."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from moderation.article import IncomingArticle
from moderation.errors import Unauthenticated
from moderation.roles import Role
from moderation.service import accounts, colleagues, entry, intake, invitations, placing, settings
from tests.builders import OPERATOR, SITE, Newsroom
from tests.dashboard.ui.pages import Signed, toasts, words

LANGUAGES = ["ar", "en"]


pytestmark = pytest.mark.usefixtures("no_drafts")


def test_a_colleague_is_added_and_signs_in(newsroom: Newsroom, signed: Signed) -> None:
    app = signed.open("settings", area="staff")
    app.text_input(key="new_name").input("salma")
    app.text_input(key="new_display_name").input("سلمى بدوي")
    app.selectbox(key="new_role").select("editor")
    app.text_input(key="new_password").input("a long secret")
    app.button(key="staff_added").click().run()
    assert not app.exception
    assert "salma" in toasts(app)
    assert "سلمى بدوي" in words(app)
    assert app.text_input(key="new_password").value == ""
    opened = accounts.sign_in(newsroom.desk, "salma", "a long secret", address="127.0.0.1")
    assert opened.staff.role is Role.EDITOR


@pytest.mark.parametrize(
    ("name", "password", "said"),
    [
        ("admin-1", "a long secret", "There is an account of that name already"),
        ("two words", "a long secret", "Name"),
        ("salma", "short", "Password"),
        ("salma-long-name", "salma-long-name", "Password"),
    ],
)
def test_a_colleague_who_cannot_be_added_is_refused_in_words(
    newsroom: Newsroom, signed: Signed, name: str, password: str, said: str
) -> None:
    before = len(accounts.staff(newsroom.desk, newsroom.admin))
    app = signed.open("settings", area="staff")
    app.text_input(key="new_name").input(name)
    app.text_input(key="new_password").input(password)
    app.button(key="staff_added").click().run()
    assert not app.exception
    assert said in words(app)
    assert len(accounts.staff(newsroom.desk, newsroom.admin)) == before


def choose(app: AppTest, name: str) -> AppTest:
    box = app.selectbox(key="staff_person")
    return box.select(next(one for one in box.options if f"({name})" in one)).run()


def test_a_name_is_changed(newsroom: Newsroom, signed: Signed) -> None:
    app = choose(signed.open("settings", area="staff"), "moderator-2")
    named = next(field for field in app.text_input if str(field.key).startswith("staff_display_name_"))
    assert named.value == "Second"
    named.set_value("سارة عمر")
    app = app.button(key="staff_rename").click().run()
    assert not app.exception
    assert "moderator-2" in toasts(app)
    assert colleagues.names(newsroom.desk, newsroom.moderator)["moderator-2"] == "سارة عمر"


def test_a_role_is_changed(newsroom: Newsroom, signed: Signed) -> None:
    app = choose(signed.open("settings", area="staff"), "moderator-2")
    next(box for box in app.selectbox if str(box.key).startswith("staff_role_")).select("auditor").run()
    app.button(key="staff_change_role").click().run()
    assert not app.exception
    assert accounts.whoami(newsroom.desk, newsroom.second).role is Role.AUDITOR


def test_an_account_is_deactivated_and_comes_back(newsroom: Newsroom, signed: Signed) -> None:
    app = choose(signed.open("settings", area="staff"), "moderator-2")
    app.button(key="staff_deactivate").click().run()
    with pytest.raises(Unauthenticated):
        accounts.whoami(newsroom.desk, newsroom.second)
    assert app.button(key="staff_link").disabled
    app.button(key="staff_reactivate").click().run()
    assert all(one.active for one in accounts.staff(newsroom.desk, newsroom.admin))


@pytest.mark.parametrize(("lang", "said"), [("ar", "آخر مدير"), ("en", "last administrator")])
def test_the_last_admin_stays(newsroom: Newsroom, signed: Signed, lang: str, said: str) -> None:
    app = choose(signed.open("settings", area="staff", lang=lang), "admin-1")
    app.button(key="staff_deactivate").click().run()
    assert said in words(app)
    assert accounts.whoami(newsroom.desk, newsroom.admin).active


def test_a_password_is_set_and_leaves_the_page(newsroom: Newsroom, signed: Signed) -> None:
    app = choose(signed.open("settings", area="staff"), "moderator-2")
    field = next(box for box in app.text_input if str(box.key).startswith("staff_password_"))
    field.input("another secret " * 20).run()
    app.button(key="staff_set_password").click().run()
    assert "The text is too long. (from 8 to 256)" in words(app)
    field = next(box for box in app.text_input if str(box.key).startswith("staff_password_"))
    field.input("another secret").run()
    app.button(key="staff_set_password").click().run()
    assert not app.exception
    assert accounts.sign_in(newsroom.desk, "moderator-2", "another secret", address="127.0.0.1")
    assert next(box for box in app.text_input if str(box.key).startswith("staff_password_")).value == ""


def test_a_link_is_shown_until_it_was_taken_and_works_once(newsroom: Newsroom, signed: Signed) -> None:
    app = choose(signed.open("settings", area="staff"), "moderator-2")
    app.button(key="staff_link").click().run()
    (link,) = [code.value for code in app.code]
    path, _, token = link.partition("?token=")
    assert path.endswith("/login/link")
    assert accounts.sign_in_by_link(newsroom.desk, token, address="127.0.0.1").staff.name == "moderator-2"
    app.button(key="secret_taken").click().run()
    assert not app.code


def test_a_colleague_is_invited_to_one_site_and_the_link_is_shown_once(newsroom: Newsroom, signed: Signed) -> None:
    app = signed.open("settings", area="staff")
    app.selectbox(key="invite_role").select("editor")
    app.text_input(key="invite_display_name").input("**Amal**")
    site = newsroom.site.id
    app.multiselect(key="invite_limits").set_value([f"site:{site}:{site}"])
    app.button(key="staff_invited").click().run()
    (link,) = [code.value for code in app.code]
    path, _, token = link.partition("?token=")
    assert path.endswith("/invite")
    made = invitations.opened(newsroom.desk, token)
    assert (made.role, made.display_name, [one.item_id for one in made.limits]) == (Role.EDITOR, "**Amal**", [site])
    assert token not in words(app)
    box = app.selectbox(key="invitation_chosen")
    box.select(box.options[0]).run()
    app.button(key="invitation_revoke").click().run()
    assert "revoked" in words(app)
    with pytest.raises(Unauthenticated):
        invitations.opened(newsroom.desk, token)


def test_where_somebody_works_is_set(newsroom: Newsroom, signed: Signed) -> None:
    app = signed.open("settings", area="staff")
    app.selectbox(key="staff_person").select("moderator-2").run()
    site = newsroom.site.id
    box = next(one for one in app.multiselect if (one.key or "").startswith("staff_limits_"))
    box.set_value([f"site:{site}:{site}"]).run()
    app.button(key="staff_place").click().run()
    assert not app.exception
    assert [len(one) for one in placing.limits(newsroom.desk, newsroom.admin).values()] == [1]


def test_a_section_and_its_site_are_named_plainly(newsroom: Newsroom, signed: Signed) -> None:
    article = IncomingArticle(external_id="a-1", title="t", section="Sport")
    intake.save_article(newsroom.desk, OPERATOR, article, site=SITE)
    placing.place(newsroom.desk, OPERATOR, "moderator-2", [placing.choices(newsroom.desk, OPERATOR)[1].limit])
    app = signed.open("settings", area="staff")
    assert re.search("<bdi[^>]*>\u2068[^<]*\u2069: \u2068Sport\u2069</bdi>", words(app))
    assert "FSI" not in words(app)
    accounts.change_role(newsroom.desk, OPERATOR, "moderator-2", Role.ADMIN)
    assert "Sport" not in words(app.run())


def test_the_rules_of_entry_are_set(newsroom: Newsroom, signed: Signed) -> None:
    app = signed.open("settings", area="entry")
    app.number_input(key="entry_idle").set_value(30)
    app.number_input(key="entry_length").set_value(10)
    app.multiselect(key="entry_factor_roles").set_value([Role.EDITOR])
    app.button(key="entry_saved").click().run()
    assert not app.exception
    rules = entry.rules(newsroom.desk, newsroom.admin)
    assert (rules.idle.total_seconds(), rules.length.total_seconds(), rules.factor_roles) == (1_800, 36_000, {"editor"})


def test_a_key_is_rotated(newsroom: Newsroom, signed: Signed) -> None:
    app = signed.open("settings", area="keys")
    box = app.selectbox(key="key_chosen")
    box.select(box.options[0]).run()
    app.button(key="key_rotate").click().run()
    assert app.code
    new, old = settings.keys(newsroom.desk, newsroom.admin, site=SITE)
    assert (new.replaces, old.expires_at is not None) == (old.id, True)


def test_a_key_is_shown_once_and_takes_comments_in(newsroom: Newsroom, signed: Signed) -> None:
    app = signed.open("settings", area="keys")
    app.text_input(key="key_name").input("**new** CMS").run()
    app.button(key="key_issue").click().run()
    (secret,) = [code.value for code in app.code]
    newest = max(settings.keys(newsroom.desk, newsroom.admin, site=SITE), key=lambda key: key.id)
    assert newest.name == "**new** CMS"
    assert secret.startswith(newest.prefix)
    assert "**new**" not in app.toast[0].value
    app.button(key="secret_taken").click().run()
    assert secret not in words(app)
    assert not app.code


def test_a_key_is_revoked(newsroom: Newsroom, signed: Signed) -> None:
    app = signed.open("settings", area="keys")
    assert app.button(key="key_revoke").disabled
    box = app.selectbox(key="key_chosen")
    box.select(box.options[0]).run()
    app.button(key="key_revoke").click().run()
    assert not app.exception
    assert [key.revoked_at for key in settings.keys(newsroom.desk, newsroom.admin, site=SITE)] != [None]
    assert "revoked on" in words(app)
    with pytest.raises(Unauthenticated):
        newsroom.say()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_key_needs_a_name(newsroom: Newsroom, signed: Signed, lang: str) -> None:
    app = signed.open("settings", area="keys", lang=lang)
    app.button(key="key_issue").click().run()
    assert "tq-error" in words(app)
    assert not app.code
