"""What auditors see of the log, that nobody else sees it, and that a break is named."""

from __future__ import annotations

from datetime import UTC, datetime
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import text

from dashboard.ui.components.audited_comments import LAST_ID
from dashboard.ui.components.event_filter import Wanted, export_link
from dashboard.ui.components.events import event_table, subject_name, why
from moderation.audit import Sealed
from moderation.decision import Outcome, Reason
from moderation.ports import EventFilter
from moderation.roles import Role
from moderation.service import review, settings
from moderation.story import facts_of
from tests.builders import Newsroom
from tests.dashboard.ui.pages import Signed, query, words

LANGUAGES = ["ar", "en"]


@pytest.fixture
def decided(newsroom: Newsroom) -> Newsroom:
    newsroom.say("A civil thought")
    held = newsroom.say("rude words")
    review.open_card(newsroom.desk, newsroom.moderator, held.id)
    reasons = [Reason.ABUSIVE]
    review.decide(
        newsroom.desk, newsroom.moderator, held.id, Outcome.REJECT, seen_version=held.version, reasons=reasons
    )
    return newsroom


class Texts(HTMLParser):
    """The cells of a table, row by row."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.tags: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append([])
        if tag == "td":
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data


def event(**given: object) -> Sealed:
    fields: dict[str, object] = {
        "log_id": 1,
        "position": 1234,
        "type": "comment:decided",
        "actor": "moderator:amal",
        "subject": "comment:77",
        "at": datetime(2026, 11, 23, 12, 5, tzinfo=UTC),
        "body": '{"data":{"outcome":"reject","causes":["human"],"reasons":["threat","spam"]}}',
        "leaf": b"\x01" * 32,
        "subtree": b"\x02" * 32,
    }
    return Sealed(**(fields | given))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", ["1234", "23 November 2026, 14:05", "amal (moderator)", "comment decided", "comment 77"]),
        ("ar", ["1234", "23 نوفمبر 2026، 14:05", "\u200famal (مشرف تعليقات)", "قرار في تعليق", "التعليق 77"]),
    ],
)
def test_a_row_says_who_did_what_when_and_why(lang: str, said: list[str]) -> None:
    (_, row) = Texts(event_table([event()], lang, "Africa/Cairo")).rows
    bare = [_plain(cell) for cell in row]
    assert bare[:5] == said
    assert ("threat" if lang == "en" else "تهديد") in bare[5]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('{"data":{"outcome":"hold","causes":["link"],"reasons":[]}}', "hold · contains a link"),
        ('{"data":{"outcome":"reject","causes":["banned_word"],"reasons":["banned_word"]}}', "reject · banned word"),
        ('{"data":{"reason":"hate_speech"}}', "hate speech"),
        ('{"data":{"from":"moderator","to":"admin"}}', "from moderator to administrator"),
        ('{"data":{"role":"auditor"}}', "auditor"),
        ('{"data":{"filter":{}}}', "the whole log"),
        ('{"data":{"filter":{"actor":"x"}}}', "part of the log"),
        ('{"data":{}}', ""),
        ('{"data":{"outcome":["x"],"causes":"<b>","reasons":[{"x":1},7]}}', ""),
        ("not json", ""),
        ("[]", ""),
        ('"x"', ""),
        ("[" * 100_000, ""),
    ],
)
def test_why_is_made_of_known_words_only(body: str, said: str) -> None:
    assert _plain(why(event(body=body), "en")) == said


def test_the_facts_of_a_broken_body_are_nothing() -> None:
    assert facts_of('{"data":[1]}') == {}


def test_what_was_tampered_into_a_row_stays_text() -> None:
    row = event(actor="moderator:<img src=x>", type="<script>", subject="comment:<a href=//x>y</a>", body="\ud800")
    drawn = Texts(event_table([row], "ar", "Africa/Cairo"))
    assert drawn.tags <= {"style", "table", "thead", "tbody", "tr", "th", "td", "span", "bdi"}
    assert "<script>" in drawn.rows[1][3]


def test_an_unknown_subject_stays_as_stored() -> None:
    assert subject_name("planet:mars", "ar") == "planet:mars"


def test_the_export_has_the_pages_filter() -> None:
    where = EventFilter(
        actor="moderator:amal&x=1",
        type="comment:decided",
        since=datetime(2026, 11, 22, 22, tzinfo=UTC),
        people_only=True,
        comment_id=7,
        outcome="reject",
        reason="spam",
        article_id=8,
        commenter_id=9,
    )
    link = urlsplit(export_link("csv", Wanted(site="al-marsad", where=where)))
    assert link.path == "/export/audit.csv"
    assert parse_qs(link.query) == {
        "site": ["al-marsad"],
        "actor": ["moderator:amal&x=1"],
        "type": ["comment:decided"],
        "since": ["2026-11-22T22:00:00.000Z"],
        "people_only": ["true"],
        "comment_id": ["7"],
        "outcome": ["reject"],
        "reason": ["spam"],
        "article_id": ["8"],
        "commenter_id": ["9"],
    }
    assert export_link("jsonl", Wanted(site=None, where=EventFilter())) == "/export/audit.jsonl"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMIN])
def test_auditors_see_the_events_and_may_export(decided: Newsroom, signed: Signed, role: Role, lang: str) -> None:
    app = signed.open("audit", role=role, lang=lang)
    assert not app.exception
    said = words(app)
    assert "moderator-1" in said
    assert ("سباب" if lang == "ar" else "abusive") in said
    assert "/export/audit.csv?site=al-marsad" in said


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("role", [Role.MODERATOR, Role.EDITOR])
def test_others_see_no_event(decided: Newsroom, signed: Signed, role: Role, lang: str) -> None:
    app = signed.open("audit", role=role, lang=lang)
    assert not app.exception
    assert not app.button
    assert not app.selectbox
    said = words(app)
    assert "moderator-1" not in said
    assert "/export/" not in said


def test_the_desks_own_log_tells_of_accounts(decided: Newsroom, signed: Signed) -> None:
    app = signed.open("audit", role=Role.AUDITOR, log="desk")
    said = words(app)
    assert "signed in" in said
    assert "comment decided" not in said
    assert "/export/audit.csv" in said
    assert "site=" not in said


def test_people_only_leaves_the_policy_out_and_stands_in_the_address(decided: Newsroom, signed: Signed) -> None:
    app = signed.open("audit", role=Role.AUDITOR)
    assert "policy 1" in _plain(words(app))
    app.checkbox(key="people").check().run()
    assert "policy 1" not in _plain(words(app))
    assert "people_only=true" in words(app)
    again = signed.open("audit", role=Role.AUDITOR, people="1")
    assert again.checkbox(key="people").value is True


def test_a_comments_history_is_found_by_its_number(decided: Newsroom, signed: Signed) -> None:
    receipt = decided.say("Another thought")
    app = signed.open("audit", role=Role.AUDITOR, comment=str(receipt.id))
    (_, *rows) = Texts(_table(words(app))).rows
    assert [_plain(row[4]) for row in rows] == [f"comment {receipt.id}"]


@pytest.mark.parametrize("shown", ["\u2068{number}\u2069", " {number}\n", "{arabic}"])
def test_a_comments_number_is_taken_as_a_page_shows_it(decided: Newsroom, signed: Signed, shown: str) -> None:
    number = str(decided.say("Another thought").id)
    arabic = number.translate({ord("0") + digit: 0x660 + digit for digit in range(10)})
    app = signed.open("audit", role=Role.AUDITOR)
    app.text_input(key="comment").set_value(shown.format(number=number, arabic=arabic)).run()
    (_, *rows) = Texts(_table(words(app))).rows
    assert [_plain(row[4]) for row in rows] == [f"comment {number}"]


@pytest.mark.parametrize("number", ["0", "x", str(LAST_ID), str(LAST_ID + 1), "٣"])
def test_a_number_that_no_comment_has_finds_nothing(decided: Newsroom, signed: Signed, number: str) -> None:
    app = signed.open("audit", role=Role.AUDITOR, comment=number)
    assert not app.exception
    assert "No event fits" in words(app)


@pytest.mark.parametrize(
    ("name", "value", "lang", "said"),
    [
        ("actor", "moderator:nobody", "en", "⁨Who⁩"),
        ("type", "comment:forgotten", "ar", "أو ليس لك أن تراه: ⁨ماذا حدث⁩."),
        ("since", "yesterday", "en", "⁨From⁩"),
        ("reason", "dull", "en", "⁨For the reason⁩"),
        ("under", "5", "en", "⁨Under the article⁩"),
        ("by", "nobody", "en", "⁨Commenter⁩"),
    ],
)
def test_a_filter_that_names_nothing_gives_out_nothing(
    decided: Newsroom, signed: Signed, name: str, value: str, lang: str, said: str
) -> None:
    app = signed.open("audit", role=Role.AUDITOR, lang=lang, people="1", **{name: value})
    assert said in words(app)
    assert "/export/audit." not in words(app)
    app = app.button(key="unknown_forget").click().run()
    assert "people_only=true" in words(app)
    assert query(app, "people") == "1"


def test_what_the_other_log_has_no_events_of_is_not_asked_for_there(decided: Newsroom, signed: Signed) -> None:
    app = signed.open("audit", role=Role.AUDITOR, type="comment:decided")
    app = app.segmented_control(key="log").set_value("desk").run()
    assert "/export/audit.csv" in words(app)
    assert "type" not in app.query_params


def test_days_that_make_no_period_are_told(decided: Newsroom, signed: Signed) -> None:
    app = signed.open("audit", role=Role.AUDITOR, since="2026-11-20", until="2026-11-18")
    assert "Swap the dates" in words(app)
    assert "tq-table" not in words(app)


def test_older_events_are_a_page_away_and_a_new_filter_starts_over(newsroom: Newsroom, signed: Signed) -> None:
    for _ in range(60):
        newsroom.say()
    app = signed.open("audit", role=Role.AUDITOR)
    first = Texts(_table(words(app))).rows[1][0]
    assert app.button(key="audit_newer").disabled
    app.button(key="audit_older").click().run()
    assert Texts(_table(words(app))).rows[1][0] == str(int(first) - 50)
    assert app.button(key="audit_older").disabled
    app.button(key="audit_newer").click().run()
    assert Texts(_table(words(app))).rows[1][0] == first
    app.button(key="audit_older").click().run()
    app.selectbox(key="type").select("comment submitted").run()
    assert app.button(key="audit_newer").disabled


def test_an_event_is_shown_as_it_was_sealed(decided: Newsroom, signed: Signed) -> None:
    app = signed.open("audit", role=Role.AUDITOR)
    choice = app.selectbox[-1]
    choice.select(choice.options[0]).run()
    _, body, leaf, subtree = (code.value for code in app.code)
    assert '"outcome":"reject"' in body
    assert len(leaf) == len(subtree) == 64


@pytest.mark.parametrize(("lang", "said"), [("ar", "سليم"), ("en", "none of them changed")])
def test_an_intact_log_is_called_so(decided: Newsroom, signed: Signed, lang: str, said: str) -> None:
    app = signed.open("audit", role=Role.AUDITOR, lang=lang)
    app.button(key="audit_verify").click().run()
    assert not app.exception
    assert said in words(app)
    assert "tq-error" not in words(app)
    assert [len(code.value) for code in app.code][:2] == [64, 64]


@pytest.mark.parametrize(
    ("lang", "said"), [("ar", "غيّره أحد بعد تسجيله"), ("en", "someone changed it after it was recorded")]
)
def test_an_altered_event_is_named(decided: Newsroom, signed: Signed, lang: str, said: str) -> None:
    with decided.plant.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_events_no_UPDATE"))
        connection.execute(
            text("UPDATE audit_events SET actor = 'moderator:eve' WHERE log_id = :log AND position = 2"),
            {"log": decided.site.id},
        )
    app = signed.open("audit", role=Role.AUDITOR, lang=lang)
    app.button(key="audit_verify").click().run()
    assert said in words(app)
    assert words(app).count("tq-error") == 1


def test_policies_and_keys_are_in_the_sites_log(newsroom: Newsroom, signed: Signed) -> None:
    newsroom.set_policy(banned=("x",))
    settings.issue_key(newsroom.desk, newsroom.admin, site="al-marsad", name="second")
    said = words(signed.open("audit", role=Role.AUDITOR))
    assert "policy published" in said
    assert "API key issued" in said


def _table(said: str) -> str:
    return said[said.index("<table") : said.index("</table>")]


def _plain(said: str) -> str:
    return said.replace("\u2068", "").replace("\u2069", "")


def test_a_signed_head_a_proof_and_the_keys_are_for_who_may_export(decided: Newsroom, signed: Signed) -> None:
    app = signed.open("audit", role=Role.AUDITOR)
    said = "".join(element.proto.body for element in app.get("html"))
    assert 'href="/export/checkpoint?site=al-marsad"' in said
    assert any("taliq/al-marsad+" in code.value for code in app.code)
    choice = app.selectbox[-1]
    choice.select(choice.options[0]).run()
    assert 'href="/export/proof?event=' in "".join(element.proto.body for element in app.get("html"))
