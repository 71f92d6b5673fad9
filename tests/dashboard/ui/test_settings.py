"""What admins change, that it takes effect and is refused in words, and that nobody else gets near it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashboard.ui.components.policy_draft import changes, lines, policy_of, values_of
from moderation.article import Mode
from moderation.errors import Invalid
from moderation.policy import Policy, Threshold
from moderation.retention import Kind
from moderation.roles import Role
from moderation.score import Label
from moderation.service import accounts, audit, retention, settings
from tests.builders import SITE, Newsroom
from tests.dashboard.ui.pages import Signed, draft_key, plain, toasts, words

LANGUAGES = ["ar", "en"]
AREAS = ["policy", "words", "staff", "entry", "keys", "sites", "retention"]
BASE = Policy(site_id=1, number=3)


pytestmark = pytest.mark.usefixtures("no_drafts")


def policy(newsroom: Newsroom) -> Policy:
    return settings.policy(newsroom.desk, newsroom.admin, site=SITE)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("area", AREAS)
def test_every_area_is_drawn(newsroom: Newsroom, signed: Signed, area: str, lang: str) -> None:
    app = signed.open("settings", lang=lang, area=area)
    assert not app.exception
    assert "tq-error" not in words(app)
    assert app.button


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("role", [Role.MODERATOR, Role.EDITOR, Role.AUDITOR])
def test_nobody_but_an_admin_gets_in(newsroom: Newsroom, signed: Signed, role: Role, area: str, lang: str) -> None:
    app = signed.open("settings", role=role, lang=lang, area=area)
    assert not app.exception
    assert not app.button
    assert not app.text_input
    assert ("role" if lang == "en" else "دورك") in words(app)


def test_a_threshold_is_published_and_judges_the_next_comment(newsroom: Newsroom, signed: Signed) -> None:
    app = signed.open("settings")
    assert app.button(key="policy_discard").disabled
    app.checkbox(key=draft_key(newsroom, "toxic_rejects")).check().run()
    app.number_input(key=draft_key(newsroom, "toxic_reject_at")).set_value(85.0).run()
    assert "The classifier's thresholds" in words(app)
    app.text_input(key=draft_key(newsroom, "note")).input("A bad week").run()
    app.button(key="policy_publish").click().run()
    assert not app.exception
    assert "is published" in toasts(app)
    assert policy(newsroom).thresholds[Label.TOXIC] == Threshold(hold_at=0.5, reject_at=0.85)
    assert newsroom.say("rude words").status == "rejected"
    assert "A bad week" in words(app)
    assert app.button(key="policy_discard").disabled


@pytest.mark.parametrize(
    ("lang", "at", "said"),
    [
        ("en", 30.0, "Thresholds: threat: The threshold to reject is below the one to hold."),
        ("en", 100.5, "Thresholds: threat: The value is out of range. (from 0.01 to 100)"),
        ("ar", 30.0, "الحدود: تهديد: حد الرفض أدنى من حد الاحتجاز."),
    ],
)
def test_a_threshold_that_is_refused_is_named(
    newsroom: Newsroom, signed: Signed, lang: str, at: float, said: str
) -> None:
    app = signed.open("settings", lang=lang)
    app.checkbox(key=draft_key(newsroom, "threat_rejects")).check().run()
    app.number_input(key=draft_key(newsroom, "threat_reject_at")).set_value(at).run()
    app.button(key="policy_publish").click().run()
    assert said in plain(app)


def test_mode_and_rules_are_published(newsroom: Newsroom, signed: Signed) -> None:
    app = signed.open("settings")
    app.get("button_group")[1].set_value(Mode.PRE).run()
    app.checkbox(key=draft_key(newsroom, "hold_links")).uncheck().run()
    app.number_input(key=draft_key(newsroom, "hold_at_reports")).set_value(7).run()
    app.button(key="policy_publish").click().run()
    published = policy(newsroom)
    assert (published.mode, published.hold_links, published.hold_at_reports) == (Mode.PRE, False, 7)


def test_words_are_published_as_written_each_once(newsroom: Newsroom, signed: Signed) -> None:
    app = signed.open("settings", area="words")
    app.text_area(key=draft_key(newsroom, "banned")).input("يا حمار\n\n  يا   حمار \nidiot\n").run()
    app.button(key="policy_publish").click().run()
    assert policy(newsroom).banned == ("يا حمار", "idiot")


@pytest.mark.parametrize(
    ("field", "entry", "said"),
    [
        ("banned", "xxx", "Banned words: “xxx”: Nothing of it is looked for, or a single letter"),
        ("suspect", "***", "Suspect words: “***”: Nothing of it is looked for"),
        ("suspect", "w" * 101, f"Suspect words: “{'w' * 40}…”: A word is empty or too long. (at most 100)"),
        ("allowed_domains", "our site", "Allowed domains: “our site”: Not a domain."),
    ],
)
def test_an_entry_that_would_not_do_what_it_says_is_named(
    newsroom: Newsroom, signed: Signed, field: str, entry: str, said: str
) -> None:
    before = policy(newsroom)
    app = signed.open("settings", area="words")
    app.text_area(key=draft_key(newsroom, field)).input(f"idiot.example\n{entry}").run()
    app.button(key="policy_publish").click().run()
    assert said in plain(app)
    assert policy(newsroom) == before


def test_a_draft_lives_through_other_areas_and_a_new_connection(newsroom: Newsroom, signed: Signed) -> None:
    app = signed.open("settings", area="words")
    app.text_area(key=draft_key(newsroom, "suspect")).input("crook").run()
    app.get("button_group")[0].set_value("policy").run()
    assert "Suspect words" in words(app)
    again = signed.open("settings", area="words", lang="ar")
    assert again.text_area(key=draft_key(newsroom, "suspect")).value == "crook"
    again.button(key="policy_publish").click().run()
    assert policy(newsroom).suspect == ("crook",)


def test_a_draft_is_its_authors_alone(newsroom: Newsroom, signed: Signed) -> None:
    accounts.change_role(newsroom.desk, newsroom.admin, "moderator-1", Role.ADMIN)
    app = signed.open("settings", area="words")
    app.text_area(key=draft_key(newsroom, "suspect")).input("crook").run()
    other = signed.open("settings", role=Role.MODERATOR, area="words")
    assert other.text_area(key=draft_key(newsroom, "suspect")).value == ""


def test_a_policy_that_is_no_other_is_not_published(newsroom: Newsroom, signed: Signed) -> None:
    before = policy(newsroom).number
    app = signed.open("settings")
    app.button(key="policy_publish").click().run()
    assert "nothing to publish" in words(app)
    assert policy(newsroom).number == before


def test_a_draft_can_be_discarded(newsroom: Newsroom, signed: Signed) -> None:
    app = signed.open("settings", area="words")
    app.text_area(key=draft_key(newsroom, "banned")).input("x").run()
    app.button(key="policy_discard").click().run()
    assert app.text_area(key=draft_key(newsroom, "banned")).value == ""
    assert app.button(key="policy_discard").disabled


@pytest.mark.parametrize("lang", LANGUAGES)
def test_publishing_over_a_colleague_takes_a_second_look(newsroom: Newsroom, signed: Signed, lang: str) -> None:
    app = signed.open("settings", area="words", lang=lang)
    app.text_area(key=draft_key(newsroom, "banned")).input("mine").run()
    newsroom.set_policy(banned=("theirs",))
    app.button(key="policy_publish").click().run()
    assert policy(newsroom).banned == ("theirs",)
    assert "tq-error" in words(app)
    assert app.text_area(key=draft_key(newsroom, "banned")).value == "mine"
    app.button(key="policy_publish").click().run()
    assert policy(newsroom).banned == ("mine",)
    assert "tq-error" not in words(app)


def test_an_untouched_draft_follows_what_colleagues_publish(newsroom: Newsroom, signed: Signed) -> None:
    app = signed.open("settings", area="words")
    newsroom.set_policy(banned=("theirs",))
    app.run()
    assert app.text_area(key=draft_key(newsroom, "banned")).value == "theirs"
    assert app.button(key="policy_discard").disabled


@pytest.mark.parametrize(("lang", "said"), [("ar", "حد الرفض"), ("en", "hold")])
def test_a_policy_that_cannot_be_is_refused_in_words(newsroom: Newsroom, signed: Signed, lang: str, said: str) -> None:
    before = policy(newsroom).number
    app = signed.open("settings", lang=lang)
    app.checkbox(key=draft_key(newsroom, "toxic_rejects")).check().run()
    app.number_input(key=draft_key(newsroom, "toxic_reject_at")).set_value(10.0).run()
    app.button(key="policy_publish").click().run()
    assert not app.exception
    assert policy(newsroom).number == before
    assert said in words(app)
    assert "tq-error" in words(app)


def test_a_note_is_shown_as_text(newsroom: Newsroom, signed: Signed) -> None:
    settings.publish(
        newsroom.desk,
        newsroom.admin,
        replace(policy(newsroom), banned=("x",)),
        site=SITE,
        seen_number=policy(newsroom).number,
        note="<img src=http://tracker.invalid/p.png>",
    )
    said = words(signed.open("settings"))
    assert "&lt;img src=http://tracker.invalid/p.png&gt;" in said
    assert "<img" not in said


def test_a_site_is_added(newsroom: Newsroom, signed: Signed) -> None:
    app = signed.open("settings", area="sites")
    app.text_input(key="site_name").input("sport")
    app.text_input(key="site_title").input("المرصد الرياضي")
    app.selectbox(key="site_time_zone").select("Asia/Riyadh")
    app.selectbox(key="site_mode").select("review before publishing")
    app.button(key="site_added").click().run()
    assert not app.exception
    added = next(site for site in accounts.sites(newsroom.desk, newsroom.admin) if site.name == "sport")
    assert (added.title, added.time_zone) == ("المرصد الرياضي", "Asia/Riyadh")
    assert settings.policy(newsroom.desk, newsroom.admin, site="sport").mode is Mode.PRE


def test_a_site_of_a_taken_name_is_refused(newsroom: Newsroom, signed: Signed) -> None:
    app = signed.open("settings", area="sites")
    app.text_input(key="site_name").input(SITE)
    app.button(key="site_added").click().run()
    assert "There is a site of that name already" in words(app)


def test_who_lost_the_role_meanwhile_changes_nothing(newsroom: Newsroom, signed: Signed) -> None:
    accounts.change_role(newsroom.desk, newsroom.admin, "moderator-1", Role.ADMIN)
    app = signed.open("settings", area="keys")
    accounts.change_role(newsroom.desk, newsroom.people[Role.MODERATOR], "admin-1", Role.MODERATOR)
    app.text_input(key="key_name").input("mine")
    app.button(key="key_issue").click().run()
    assert not app.exception
    assert not app.code
    assert not app.toast


def test_a_policy_survives_its_way_through_the_widgets() -> None:
    given = replace(
        BASE,
        mode=Mode.PRE,
        thresholds={**BASE.thresholds, Label.HATE: Threshold(hold_at=0.475, reject_at=0.99), Label.SPAM: Threshold()},
        banned=("يا حمار", "x"),
        allowed_domains=("example.org",),
        hold_links=False,
        repeat_limit=9,
        new_commenter_until=4,
    )
    assert policy_of(values_of(given), given) == given
    assert changes(values_of(given), given) == []


def test_what_changed_is_named() -> None:
    values = values_of(BASE) | {"mode": Mode.PRE, "spam_rejects": True, "banned": "x", "note": "why"}
    assert changes(values, BASE) == ["mode", "thresholds", "banned"]


def test_a_threshold_that_is_off_is_no_change_whatever_its_field_says() -> None:
    assert changes(values_of(BASE) | {"spam_reject_at": 12.0}, BASE) == []


@pytest.mark.parametrize(
    ("text", "entries"), [("", ()), (" \n\t\n", ()), ("a\r\nb\na", ("a", "b")), ("two  words ", ("two words",))]
)
def test_a_list_is_one_entry_a_line(text: str, entries: tuple[str, ...]) -> None:
    assert lines(text) == entries


@pytest.mark.parametrize(("field", "value"), [("banned", "x" * 101), ("banned", "\n".join(map(str, range(5_001))))])
def test_a_list_too_long_names_its_field(field: str, value: str) -> None:
    with pytest.raises(Invalid) as refused:
        policy_of(values_of(BASE) | {field: value}, BASE)
    assert refused.value.field == field


BEYOND = {
    "keys": ("key_days", "key_issue", "End"),
    "retention": ("retention_days", "retention_set", "Days"),
    "entry": ("entry_idle", "entry_saved", "Idle minutes"),
    "staff": ("invite_days", "staff_invited", "Duration"),
}


@pytest.mark.parametrize("area", BEYOND)
def test_a_number_beyond_its_bounds_is_refused_and_stays(newsroom: Newsroom, signed: Signed, area: str) -> None:
    field, button, named = BEYOND[area]
    app = signed.open("settings", area=area)
    if area == "keys":
        app.text_input(key="key_name").set_value("kkk")
    app.number_input(key=field).set_value(9_999_999)
    before = len(audit.events(newsroom.desk, newsroom.admin, site=None, limit=100).rows)
    app.button(key=button).click().run()
    assert not app.exception
    assert f"{named}: The value is out of range" in plain(app)
    assert app.number_input(key=field).value == 9_999_999
    assert len(audit.events(newsroom.desk, newsroom.admin, site=None, limit=100).rows) == before


@pytest.mark.parametrize(("field", "value"), [("toxic_reject_at", 150.0), ("hold_at_reports", 9_999_999)])
def test_a_policy_with_a_number_beyond_its_bounds_is_not_published(
    newsroom: Newsroom, signed: Signed, field: str, value: float
) -> None:
    before = policy(newsroom)
    app = signed.open("settings", area="policy")
    app.checkbox(key=draft_key(newsroom, "toxic_rejects")).check().run()
    app.number_input(key=draft_key(newsroom, field)).set_value(value).run()
    app.button(key="policy_publish").click().run()
    assert not app.exception
    assert "The value is out of range" in plain(app)
    assert policy(newsroom) == before


def test_a_kind_s_period_is_offered_as_it_is_and_set_by_its_button(newsroom: Newsroom, signed: Signed) -> None:
    app = signed.open("settings", area="retention")
    app.selectbox(key="retention_kind").select(Kind.SIGN_INS).run()
    assert app.number_input(key="retention_days").value == 90
    app.number_input(key="retention_days").set_value(30)
    app.button(key="retention_set").click().run()
    assert not app.exception
    kept = {one.kind: one.days for one in retention.periods(newsroom.desk, newsroom.admin)}
    assert kept[Kind.SIGN_INS] == 30
    assert app.number_input(key="retention_days").value == 30
