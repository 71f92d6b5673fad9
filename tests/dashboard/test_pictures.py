"""Charts as files: a PNG that has Arabic letters in it, an SVG that runs nothing, numbers that compute nothing."""

from __future__ import annotations

import io
import re
import struct
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from PIL import ImageFont

from dashboard import pictures, spreadsheets
from dashboard.charts import Figure
from dashboard.charts.scope import Scope
from dashboard.charts.talk import sections
from dashboard.i18n import LANGUAGES, catalog
from dashboard.insights.files import FORMS, made, sheet
from moderation.audit import Event, EventType, Sealed, seal
from moderation.engagement import Grain, Period, SectionRow
from moderation.tree import Frontier

START = datetime(2026, 11, 19, 22, tzinfo=UTC)
PERIOD = Period(start=START, end=START + timedelta(days=3), grain=Grain.DAY, time_zone="Africa/Cairo")
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '<script>alert(1)</script>=1+1"&'


def figure(lang: str, name: str = "سياسة") -> Figure:
    row = SectionRow(id=1, name=name, comments=30, before=5, rejected=12, civil=0.5)
    return sections([row], Scope(period=PERIOD, lang=lang))


def picture(lang: str, name: str = "سياسة", title: str = "الأقسام") -> str:
    return pictures.svg(figure(lang, name), pictures.Caption(title=title, note="ملاحظة " * 40, source="المرصد"), lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_svg_is_well_formed_and_as_wide_as_was_asked(lang: str) -> None:
    root = ElementTree.fromstring(picture(lang))  # noqa: S314 -- of our own making
    assert root.attrib["width"] == str(pictures.WIDTH)
    assert {text.tag for text in root.iter() if "script" in text.tag} == set()


def texts(document: str) -> list[ElementTree.Element]:
    root = ElementTree.fromstring(document)  # noqa: S314 -- of our own making
    return [one for one in root.iter(f"{SVG}text") if one.text]


def test_words_stand_at_the_side_where_reading_begins() -> None:
    for lang, anchor, mark in (("ar", "end", "\u2067"), ("en", "start", "\u2066")):
        title = texts(picture(lang))[0]
        assert title.attrib["text-anchor"] == anchor
        assert (title.text or "").startswith(mark)


def test_a_long_note_is_broken_into_lines_that_fit() -> None:
    lines = [one for one in texts(picture("ar")) if "ملاحظة" in (one.text or "")]
    assert len(lines) >= 2
    assert sum((line.text or "").count("ملاحظة") for line in lines) == 40


def test_what_others_wrote_is_text_in_a_picture() -> None:
    document = picture("en", name=HOSTILE, title=HOSTILE)
    assert "<script" not in document
    assert any(HOSTILE in (one.text or "") for one in texts(document))


def test_two_pictures_on_one_page_share_no_ids() -> None:
    ids = re.findall(r' id="([^"]+)"', picture("en"))
    assert all(one.startswith("sections-") for one in ids)


def test_a_png_has_twice_the_pixels() -> None:
    document = picture("ar")
    data = pictures.png(document)
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">I", data[16:20]) == (pictures.WIDTH * pictures.SCALE,)


def test_arabic_letters_are_drawn_and_joined() -> None:
    """Letters that join differ from the same letters kept apart; boxes for missing ones would look alike."""
    caption = [pictures.Caption(title=title) for title in ("سسس", "س\u200cس\u200cس", "ققق")]
    drawn = {pictures.png(pictures.svg(figure("ar"), one, "ar")) for one in caption}
    assert len(drawn) == 3


def test_the_pictures_font_has_whatever_we_write_in_one() -> None:
    """What it lacks would come from any font of the server, and beside a joined lam and alef be a box."""
    path = str(pictures._FONTS / "noto-sans-arabic-pictures.ttf")
    font = ImageFont.truetype(path, 20, layout_engine=ImageFont.Layout.BASIC)
    ours = [str(said) for lang in LANGUAGES for key, said in catalog(lang).items() if key.startswith(_WRITTEN)]
    letters = set("".join(ours) + "…·–%0123456789٠١٢٣٪٫٬é") - {" "}
    box = bytes(font.getmask("\uffff"))
    assert [one for one in sorted(letters) if bytes(font.getmask(one)) == box] == []
    assert pictures._FAMILY.startswith(f"{font.getname()[0]},")


_WRITTEN = ("insights.", "common.")


def test_a_figure_without_a_chart_has_no_picture() -> None:
    with pytest.raises(ValueError, match="nothing to draw"):
        pictures.svg(sections([], Scope(period=PERIOD, lang="en")), pictures.Caption(title="x"), "en")


@pytest.mark.parametrize("form", FORMS)
def test_every_form_can_be_made(form: str) -> None:
    assert len(made(figure("ar"), form, Scope(period=PERIOD, lang="ar"), "المرصد")) > 50


def workbook(lang: str, name: str) -> openpyxl.Workbook:
    about = Scope(period=PERIOD, lang=lang)
    return openpyxl.load_workbook(
        io.BytesIO(spreadsheets.numbers([sheet(figure(lang, name), about, "المرصد")] * 2, lang))
    )


@pytest.mark.parametrize(("lang", "from_the_right"), [("ar", True), ("en", False)])
def test_a_workbook_reads_in_the_languages_direction(lang: str, from_the_right: bool) -> None:
    book = workbook(lang, "سياسة")
    assert bool(book.active.sheet_view.rightToLeft) is from_the_right
    assert len(set(book.sheetnames)) == 2


def test_numbers_are_numbers_and_formulas_are_text() -> None:
    rows = list(workbook("en", '=HYPERLINK("http://example.invalid")').active.iter_rows())
    last = rows[-1]
    assert [cell.value for cell in last][1:4] == [30, 5, 12]
    assert last[0].value == '\'=HYPERLINK("http://example.invalid")'
    assert {cell.data_type for row in rows for cell in row} <= {"s", "n"}
    assert rows[0][0].value == "Sections compared"


def test_sheets_are_named_as_far_as_excel_has_room_and_each_once() -> None:
    names = [
        "Where people saw it otherwise",
        "How much do the most active write?",
        "How much do the most active do",
        "a/b'",
    ]
    names += ["x" * 31] * 11
    sheets = [spreadsheets.Sheet(name=one, headings=["x"], rows=[]) for one in names]
    found = openpyxl.load_workbook(io.BytesIO(spreadsheets.numbers(sheets, "en"))).sheetnames
    assert found[:4] == [names[0], "How much do the most active wri", names[2], "a b"]
    assert found[4:6] == ["x" * 31, "x" * 28 + " 2"]
    assert len({name.casefold() for name in found}) == len(names)


def test_a_cell_is_as_long_as_excel_counts_and_holds_no_half_a_letter() -> None:
    texts = ["😀" * 20_000, "\ud800", "ا" * 32_767]
    made = spreadsheets.numbers([spreadsheets.Sheet(name="x", headings=["x"], rows=[[one] for one in texts])], "en")
    _, cut, half, whole = (row[0].value for row in openpyxl.load_workbook(io.BytesIO(made)).active)
    assert (cut, half, len(whole)) == ("😀" * 16_383 + "…", "\\ud800", 32_767)


def test_a_log_that_cannot_be_read_to_its_end_leaves_no_half_made_workbook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rows() -> Iterator[Sealed]:
        event = Event(type=EventType.BACKUP_MADE, actor="a", subject="desk", at=START, data={})
        yield from seal([event], Frontier(), log_id=0)
        raise KeyError

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(KeyError):
        list(spreadsheets.xlsx(rows(), "a head", "en"))
    assert list(tmp_path.iterdir()) == []
