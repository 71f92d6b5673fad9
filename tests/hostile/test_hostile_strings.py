"""What attacks, through every door: stored as it was written on both databases, shown as text, taken out as data."""

from __future__ import annotations

import csv
import html
import io
import json

import pytest
import streamlit as st
from openpyxl import load_workbook
from pyarrow import parquet as pq

from dashboard import spreadsheets
from dashboard.ui.components.card import card_html
from dashboard.ui.components.untrusted import html_line
from moderation.exports import events
from moderation.parsing import plain
from moderation.ports import EventFilter
from moderation.roles import Role
from moderation.service import audit, personal, review, settings
from tests.builders import SITE
from tests.dashboard.ui.pages import Signed
from tests.hostile.attacked import Attack, kept, listed
from tests.hostile.reading import made, made_of, said, text_of
from tests.hostile.strings import ALL, LONGEST, SAMPLE

both = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True, scope="module")
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="module")


def as_csv(text: str) -> str:
    """What a file of UTF-8 can hold of a text."""
    return text.encode("utf-8", "replace").decode()


def test_there_are_enough_of_them() -> None:
    assert len(ALL) >= 500
    assert all(len(text) <= LONGEST and text.strip() for text in ALL)


@both
@pytest.mark.parametrize(
    ("door", "written"),
    [
        ("one", SAMPLE),
        ("array", ALL),
        ("jsonl", ALL),
        ("csv", [as_csv(text) for text in ALL]),
    ],
)
def test_every_text_is_stored_as_it_was_written(attack: Attack, database: str, door: str, written: list[str]) -> None:
    found = attack.stored(door)
    if door == "array" and database == "sqlite":
        # There each was edited, and has the text of the one from the other end.
        assert {one.revision for one in found.values()} == {2}
        written = written[::-1]
    lost = {text for number, text in enumerate(written) if found[number].body != kept(text)}
    assert lost == set()


@both
def test_names_and_titles_are_one_line_of_what_was_written(attack: Attack) -> None:
    wrong = []
    for one in attack.found():
        door, _, number = one.comment.external_id.partition("-")
        if door in ("jsonl", "one"):
            text = (ALL if door == "jsonl" else SAMPLE)[int(number)]
            # Where nothing is left to be seen, the name is none and the title the article's id.
            wrong += [text for shown in (one.commenter_name, one.article_title) if plain(text) not in ("", shown)]
    assert wrong == []


@on_sqlite
def test_what_is_held_about_a_commenter_reads_back(attack: Attack) -> None:
    for number, text in list(enumerate(ALL))[::25]:
        given = personal.held(
            attack.newsroom.desk, attack.newsroom.admin, f"{plain(text)[:150]}#jsonl-{number}", site=SITE
        )
        bodies = {comment["body"] for comment in given["comments"]}
        assert kept(text) in bodies
        assert given["name"] == plain(text)


@both
def test_the_policy_s_words_read_back(attack: Attack) -> None:
    policy = settings.policy(attack.newsroom.desk, attack.newsroom.admin, site=SITE)
    assert set(map(listed, ALL)) - {""} == set(policy.banned) == set(policy.suspect)
    assert policy.messages == tuple(map(kept, ALL[:50]))


@both
def test_the_log_is_whole_after_all_of_it(attack: Attack) -> None:
    assert all(one.ok for one in audit.verify(attack.newsroom.desk, attack.newsroom.admin))


# What is seen


@pytest.fixture
def signed(attack: Attack, monkeypatch: pytest.MonkeyPatch) -> Signed:
    st.cache_data.clear()
    return Signed(monkeypatch, attack.newsroom)


SEEN = [text for text in ALL if text.isprintable() and html_line(text) == f'<bdi dir="auto">{html.escape(text)}</bdi>']


def test_most_are_shown_letter_for_letter() -> None:
    """What is left out shows marks in the place of what is hidden."""
    assert len(SEEN) > 350


@on_sqlite
def test_every_found_comment_shows_what_was_written(attack: Attack, signed: Signed) -> None:
    app = signed.open("search", lang="ar", state="rejected")
    shown, harm = said(app), made(app)
    while not (older := app.button(key="search_older")).disabled:
        app = older.click().run()
        shown, harm = shown + "\n" + said(app), harm + made(app)
    assert harm == []
    assert [text for text in SEEN if text not in shown] == []


@on_sqlite
def test_every_card_shows_what_was_written(attack: Attack) -> None:
    desk, admin = attack.newsroom.desk, attack.newsroom.admin
    harm, lost = [], []
    for number, one in attack.stored("jsonl").items():
        card = review.open_card(desk, admin, one.id)
        markup = card_html(card, "ar", now=desk.now(), time_zone="Africa/Cairo")
        harm += made_of(markup)
        lost += [ALL[number]] if ALL[number] in SEEN and ALL[number] not in text_of(markup) else []
    assert (harm, lost) == ([], [])


@on_sqlite
@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("queue", {}),
        ("search", {"who": "1"}),
        ("search", {"words": SAMPLE[0]}),
        ("insights", {"period": "quarter"}),
        ("audit", {"people": "1"}),
        ("audit", {"comment": "0"}),
        ("audit", {"log": "desk"}),
        ("alike", {}),
        ("model", {}),
        ("account", {}),
        *[("settings", {"area": area}) for area in ("policy", "words", "staff", "keys", "sites", "models")],
    ],
)
def test_no_page_makes_anything_of_it(attack: Attack, signed: Signed, page: str, query: dict[str, str]) -> None:
    one = attack.stored("csv")[0]
    named = {"who": one.commenter_id, "comment": one.id}
    query = {name: str(named.get(name, value)) for name, value in query.items()}
    app = signed.open(page, role=Role.ADMIN, lang="ar", **query)
    assert not app.exception
    assert made(app) == []


def test_the_reading_finds_what_it_is_to_find() -> None:
    assert made_of('<p onclick="x"><script>1</script><a href="//evil.example">x</a><!-- -->')
    assert not made_of('<p class="x">&lt;script&gt;<a href="/search?who=1">x</a></p>')
    box = '<label class="tq-check"><input type="checkbox" data-choose="1:1" aria-label="x" autocomplete="off"></label>'
    assert not made_of(box)
    more = box.replace("<input", "<input autofocus")
    for other in ('<label class="x">', '<input type="text">', box.replace("checkbox", "image"), more):
        assert made_of(other), other


# What is taken out


def rows_of_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@on_sqlite
def test_no_export_of_the_log_computes_or_loses_anything(attack: Attack) -> None:
    """What an auditor asks by goes into the log, and so do the names of what was asked for."""
    desk, admin = attack.newsroom.desk, attack.newsroom.admin
    for text in ALL:
        list(audit.export(desk, admin, site=SITE, where=EventFilter(actor=kept(text))).rows)
    made = audit.export(desk, admin, site=SITE)
    rows = list(made.rows)
    asked = [json.loads(row.body)["data"]["filter"].get("actor") for row in rows if row.type == "log:exported"]
    assert [text for text in asked if text is not None] == [kept(text) for text in ALL]
    lines = [json.loads(line) for line in b"".join(events.jsonl(rows, made.note)).splitlines()]
    assert [line["body"] for line in lines[:-1]] == [row.body for row in rows]
    table = pq.read_table(io.BytesIO(b"".join(spreadsheets.parquet(rows, made.note))))
    assert table["body"].to_pylist() == [row.body for row in rows]
    cells = [cell for row in rows_of_csv(b"".join(events.csv(rows, made.note))) for cell in row]
    assert [cell for cell in cells if cell[:1] in "=+-@\t\r\n" and cell] == []
    sheet = load_workbook(io.BytesIO(b"".join(spreadsheets.xlsx(rows, made.note, "ar")))).active
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert kinds <= {"s", "n"}
    assert not any(cell.hyperlink for row in sheet.iter_rows() for cell in row)


@on_sqlite
def test_no_reader_s_text_is_in_the_log(attack: Attack) -> None:
    made = audit.export(attack.newsroom.desk, attack.newsroom.admin, site=SITE)
    body = "\n".join(row.body for row in made.rows if row.type != "log:exported")
    assert [text for text in ALL if len(text) > 12 and text in body] == []


@on_sqlite
def test_the_notice_says_what_was_written(attack: Attack) -> None:
    for number in [number for number, text in enumerate(ALL) if text in SEEN][::10]:
        answer = attack.client.get(f"/api/v1/comments/csv-{number}/notice")
        assert answer.status_code == 200
        assert plain(ALL[number]) in answer.json()["text"]
