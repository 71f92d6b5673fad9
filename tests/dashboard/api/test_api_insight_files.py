"""Charts and reports of the Insights page as files: the page's own address, its own rights, and nothing that runs."""

import io
import re
import zipfile

import openpyxl
import pytest

from moderation.roles import Role
from tests.builders import SITE
from tests.dashboard.api.around import sign_in

HOSTILE = "<script>alert(1)</script> =1+1"
FILE = "/export/insights/{}?site=" + SITE


@pytest.fixture
def backend():
    """The stores are tested on both databases; a file reads through them."""
    return "sqlite"


@pytest.fixture
def editor(visitor, newsroom):
    newsroom.say("A civil thought", article_title=HOSTILE, section="سياسة")
    newsroom.say("rude words", section="سياسة")
    sign_in(visitor, newsroom, Role.EDITOR)
    return visitor


@pytest.mark.parametrize(
    ("name", "media_type", "begins"),
    [
        ("sections.png", "image/png", b"\x89PNG"),
        ("sections.svg", "image/svg+xml", b"<svg "),
        ("sections.csv", "text/csv; charset=utf-8", b"\xef\xbb\xbf"),
        ("sections.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
    ],
)
def test_each_form_of_a_chart_is_a_file(editor, name, media_type, begins):
    answer = editor.get(FILE.format(name))
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(media_type)
    assert answer.content.startswith(begins)
    form = name.partition(".")[2]
    wanted = f"attachment; filename*=UTF-8''taliq-sections-al-marsad-2026-11-17-2026-11-23.{form}"
    assert answer.headers["content-disposition"] == wanted
    assert answer.headers["cache-control"] == "no-store"


def test_the_numbers_are_those_of_the_address(editor):
    both = editor.get(FILE.format("outcomes.csv"), headers={"Accept-Language": "en"}).text
    held = editor.get(FILE.format("outcomes.csv") + "&status=pending", headers={"Accept-Language": "en"}).text
    before = editor.get(FILE.format("outcomes.csv") + "&period=yesterday", headers={"Accept-Language": "en"}).text
    assert '"published, not reviewed",1' in both
    assert '"published, not reviewed",0' in held
    assert "held,1" in held
    assert "held,0" in before


@pytest.mark.parametrize("name", ["nothing.png", "sections.exe", "pulse.png/", "workload.csv", "all.png"])
def test_what_is_not_there_is_not_found(editor, name):
    assert editor.get(FILE.format(name)).status_code == 404


def test_a_chart_of_nothing_has_numbers_and_no_picture(editor):
    assert editor.get(FILE.format("sections.png") + "&period=yesterday").status_code == 404
    assert editor.get(FILE.format("sections.csv") + "&period=yesterday").status_code == 200


def test_another_sites_charts_are_not_there(editor):
    assert editor.get("/export/insights/sections.csv?site=nowhere").status_code == 404


@pytest.mark.parametrize(("lang", "way"), [("ar", "rtl"), ("en", "ltr")])
def test_the_report_is_one_file_that_needs_and_runs_nothing(editor, lang, way):
    text = editor.get(FILE.format("report.html"), headers={"Accept-Language": lang}).text
    assert f'<html lang="{lang}" dir="{way}">' in text
    assert "default-src 'none'" in text
    assert "<script" not in text
    assert not re.search(r"""(?:src|href)=["'](?!#)""", text)
    assert text.count("<svg") >= 3
    assert text.count("<table>") == text.count("<svg")


def drawn(editor, name):
    """What is written in the pictures, without the marks that keep a direction to itself."""
    text = editor.get(FILE.format(name), headers={"Accept-Language": "en"}).text
    return text, {re.sub("[\u2066-\u2069]", "", words) for words in re.findall("<text[^>]*>([^<]*)</text>", text)}


def test_a_title_stands_once_in_the_report(editor):
    text, written = drawn(editor, "report.html")
    titles = set(re.findall("<h3>(.*?)</h3>", text))
    assert len(titles) >= 3
    assert titles & written == set()
    _, alone = drawn(editor, "sections.svg")
    assert titles & alone


def test_what_others_wrote_is_text_in_the_report(editor):
    text = editor.get(FILE.format("report.html") + "&view=agenda").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<script" not in text


def test_the_whole_page_answers_every_question(editor):
    text = editor.get(FILE.format("all.html"), headers={"Accept-Language": "en"}).text
    for question in ("now", "conversation", "agenda", "desk", "readers", "event"):
        assert f'<section id="{question}">' in text


def test_all_numbers_of_a_question_are_one_workbook(editor):
    answer = editor.get(FILE.format("report.xlsx"), headers={"Accept-Language": "ar"})
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert len(book.sheetnames) == 4
    assert all(sheet.sheet_view.rightToLeft for sheet in book)
    parts = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert not [part for part in parts if "macro" in part.casefold() or "external" in part.casefold()]
