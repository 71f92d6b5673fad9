"""One's own account, on a real desk, through the page's own widgets."""

from __future__ import annotations

import pyotp
import pytest

from moderation.decision import Outcome, Reason
from moderation.roles import Role
from moderation.service import accounts, attempts, review, second_factor, sessions
from tests.builders import OPERATOR, Newsroom, sign_in
from tests.dashboard.ui.pages import Signed, words

PASSWORD = "tulip-seventeen-boat"


@pytest.mark.parametrize("role", list(Role))
def test_everybody_has_one(signed: Signed, role: Role) -> None:
    app = signed.open("account", role=role, lang="ar")
    assert not app.exception
    for part in ("حسابي", "المصادقة الثنائية", "أين سجّلت الدخول"):
        assert part in words(app)


def test_a_second_factor_is_turned_on_and_its_codes_are_shown_once(newsroom: Newsroom, signed: Signed) -> None:
    app = signed.open("account", role=Role.EDITOR)
    app = app.button(key="account_factor_begin").click().run()
    secret = app.code[0].value
    assert 'src="data:image/png' in "".join(element.proto.body for element in app.get("html"))
    app.text_input(key="account_code").set_value("000000")
    app = app.button(key="account_factor_confirm").click().run()
    assert "not right" in words(app)
    app.text_input(key="account_code").set_value(pyotp.TOTP(secret).at(int(newsroom.clock().timestamp())))
    app = app.button(key="account_factor_confirm").click().run()
    assert len(app.code[0].value.splitlines()) == second_factor.RECOVERY_CODES
    app = app.button(key="account_codes_taken").click().run()
    assert "10 recovery codes are left" in words(app)
    assert not app.code
    assert secret not in str(app.session_state)


def test_a_square_code_that_another_tab_replaced_is_told_and_goes(newsroom: Newsroom, signed: Signed) -> None:
    app = signed.open("account", role=Role.EDITOR)
    app = app.button(key="account_factor_begin").click().run()
    secret = app.code[0].value
    second_factor.begin(newsroom.desk, newsroom.people[Role.EDITOR], address="here")
    app.text_input(key="account_code").set_value(pyotp.TOTP(secret).at(int(newsroom.clock().timestamp())))
    app = app.button(key="account_factor_confirm").click().run()
    assert "does not count any more" in words(app)
    assert not app.code
    app = app.button(key="account_factor_begin").click().run()
    again = app.code[0].value
    assert again != secret
    app.text_input(key="account_code").set_value(pyotp.TOTP(again).at(int(newsroom.clock().timestamp())))
    app = app.button(key="account_factor_confirm").click().run()
    assert len(app.code[0].value.splitlines()) == second_factor.RECOVERY_CODES


def test_who_has_a_password_types_it_to_turn_a_second_factor_on(newsroom: Newsroom, signed: Signed) -> None:
    accounts.set_password(newsroom.desk, OPERATOR, "editor-1", PASSWORD)
    newsroom.people[Role.EDITOR] = sign_in(newsroom.desk, "editor-1")
    app = signed.open("account", role=Role.EDITOR)
    app = app.button(key="account_factor_begin").click().run()
    assert "not your present password" in words(app)
    assert not app.code
    app.text_input(key="account_factor_present").set_value(PASSWORD)
    app = app.button(key="account_factor_begin").click().run()
    assert len(app.code) == 1
    assert PASSWORD not in str(app.session_state.to_dict())


def test_the_password_is_changed(newsroom: Newsroom, signed: Signed) -> None:
    app = signed.open("account", role=Role.EDITOR)
    app.text_input(key="account_new").set_value("password1")
    app = app.button(key="account_change_password").click().run()
    assert "guessed first" in words(app)
    app.text_input(key="account_new").set_value("blue harbour " * 20)
    app = app.button(key="account_change_password").click().run()
    assert "The text is too long. (from 8 to 256)" in words(app)
    app.text_input(key="account_new").set_value(PASSWORD)
    app = app.button(key="account_change_password").click().run()
    app.text_input(key="account_present").set_value("wrong")
    app.text_input(key="account_new").set_value("another good one")
    app = app.button(key="account_change_password").click().run()
    assert "not your present password" in words(app)
    assert accounts.sign_in(newsroom.desk, "editor-1", PASSWORD, address="a")


def test_wrong_guesses_of_others_shut_nobody_out(
    newsroom: Newsroom, signed: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(attempts._MOST, "address", 1)

    def change(role: Role, present: str) -> str:
        app = signed.open("account", role=role)
        app.text_input(key="account_new").set_value(PASSWORD)
        app = app.button(key="account_change_password").click().run()
        app.text_input(key="account_present").set_value(present)
        app.text_input(key="account_new").set_value("another good one")
        return words(app.button(key="account_change_password").click().run())

    assert "not your present password" in change(Role.MODERATOR, "wrong")
    change(Role.EDITOR, PASSWORD)
    assert accounts.sign_in(newsroom.desk, "editor-1", "another good one", address="a")


def test_another_session_is_ended(newsroom: Newsroom, signed: Signed) -> None:
    sign_in(newsroom.desk, "editor-1")
    app = signed.open("account", role=Role.EDITOR)
    assert "this one" in words(app)
    app = app.button(key="account_end_others").click().run()
    assert len(sessions.own(newsroom.desk, newsroom.people[Role.EDITOR])) == 1
    assert not [button for button in app.button if (button.key or "").startswith("account_end")]


@pytest.mark.parametrize("step", ["secret", "codes"])
def test_what_nobody_puts_away_leaves_the_tab_by_itself(newsroom: Newsroom, signed: Signed, step: str) -> None:
    app = signed.open("account", role=Role.EDITOR)
    app = app.button(key="account_factor_begin").click().run()
    hidden = app.code[0].value
    if step == "codes":
        app.text_input(key="account_code").set_value(pyotp.TOTP(hidden).at(int(newsroom.clock().timestamp())))
        app = app.button(key="account_factor_confirm").click().run()
        hidden = app.code[0].value.splitlines()[0]
    assert hidden in str(app.session_state.to_dict())
    newsroom.clock.advance(minutes=10)
    app = app.run()
    assert not app.code
    assert hidden not in str(app.session_state.to_dict())


def test_who_signs_in_after_somebody_finds_nothing_of_theirs_in_the_tab(newsroom: Newsroom, signed: Signed) -> None:
    app = signed.open("account", role=Role.EDITOR)
    app = app.button(key="account_factor_begin").click().run()
    secret = app.code[0].value
    signed.session = newsroom.people[Role.MODERATOR]
    app = app.run()
    assert not app.exception
    assert not app.code
    assert secret not in str(app.session_state.to_dict())


def test_ones_shifts_are_ones_own(newsroom: Newsroom, signed: Signed) -> None:
    """The moderator decided on two comments; the admin, who may see everybody's, sees none of their own here."""
    for _ in range(2):
        held = newsroom.say("rude words")
        review.open_card(newsroom.desk, newsroom.moderator, held.id)
        review.decide(
            newsroom.desk, newsroom.moderator, held.id, Outcome.REJECT, seen_version=held.version, reasons=[Reason.SPAM]
        )
    drawn = {role: signed.open("account", role=role) for role in (Role.MODERATOR, Role.ADMIN, Role.AUDITOR)}
    charts = {role: len(app.get("vega_lite_chart") or app.get("arrow_vega_lite_chart")) for role, app in drawn.items()}
    assert charts == {Role.MODERATOR: 1, Role.ADMIN: 0, Role.AUDITOR: 0}
    assert "Shifts" in words(drawn[Role.ADMIN])
    assert "Shifts" not in words(drawn[Role.AUDITOR])
