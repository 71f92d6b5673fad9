"""A chart as a picture that leaves the page: SVG and PNG, with its title, its note and its legend drawn into it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from dashboard.charts import Figure
from dashboard.charts.style import Legend, is_rtl
from dashboard.i18n import isolated

WIDTH = 760
SCALE = 2
_FONTS = Path(__file__).parent / "static" / "fonts"
# A font of our own name with all letters of a picture: one that the server has as well may lack a dot or a per cent
# sign, and what the converter takes from another font it draws as boxes where the two join letters in different ways.
# Whoever opens the SVG has one of the others.
_FAMILY = "Taliq Pictures, Noto Sans Arabic, Liberation Sans, Arial, sans-serif"
_INK, _FAINT, _PAPER = "#1F2328", "#5B6169", "#FFFFFF"
_EDGE, _SWATCH = 16, 11
_TITLE, _NOTE, _SMALL = 17, 13, 12
# Letters of these fonts are about so wide, in parts of their size: enough to place the next entry and to break a line.
_LETTER = 0.5
_ROOT = re.compile(r'<svg[^>]*? height="([\d.]+)"[^>]*>(.*)</svg>', re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """What stands above and below the drawing; all of it plain text."""

    title: str
    note: str = ""
    source: str = ""


def svg(figure: Figure, caption: Caption, lang: str, *, width: int = WIDTH, alone: bool = True) -> str:
    """A whole SVG document of `width` pixels without script; raises ValueError where the figure has no chart.

    One that is not `alone` stands on a page that says itself what the caption says.
    """
    if figure.chart is None:
        raise ValueError(f"{figure.name} has nothing to draw")
    inner_height, drawing = _drawing(figure, width - 2 * _EDGE)
    shown = caption if alone else Caption(title="")
    written, top = _head(shown, figure.legend, lang, width=width)
    height = round(top + inner_height + (_SMALL + 2 * _EDGE if shown.source else _EDGE))
    foot = _line(shown.source, lang, width=width, y=height - _EDGE, size=_SMALL, colour=_FAINT)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{width}" '
        f'height="{height}" viewBox="0 0 {width} {height}" font-family="{_FAMILY}" role="img" direction="ltr" '
        f'style="direction:ltr" aria-label="{html.escape(caption.title)}">'
        f'<rect width="{width}" height="{height}" fill="{_PAPER}"/>'
        f'{written}{foot if shown.source else ""}<g transform="translate({_EDGE},{top})">{drawing}</g></svg>'
    )


def png(document: str) -> bytes:
    """Twice as many pixels as the SVG says, for screens that have them and for print."""
    converter = _converter()
    made: bytes = converter.svg_to_png(document, scale=SCALE)
    return made


@cache
def _converter() -> Any:
    """Loaded by the first picture: it holds a JavaScript engine, which no page needs."""
    import vl_convert

    vl_convert.register_font_directory(str(_FONTS))
    return vl_convert


def _drawing(figure: Figure, width: int) -> tuple[float, str]:
    """The chart's height and its SVG without the outer element; ids get the figure's name, so that many can share a
    page."""
    from altair import SCHEMA_VERSION

    sized = {"width": width, "autosize": {"type": "fit-x", "contains": "padding"}, "padding": 0}
    drawn = _converter().vegalite_to_svg(
        figure.spec() | sized | {"background": "transparent"},
        vl_version=".".join(SCHEMA_VERSION.lstrip("v").split(".")[:2]),
        config={
            "font": _FAMILY,
            "view": {"stroke": "transparent"},
            "axis": {"labelColor": _INK, "gridColor": "#E3E5E8"},
        },
        allowed_base_urls=[],
    )
    found = _ROOT.search(drawn)
    if found is None:
        raise ValueError("the converter's answer is no SVG")
    body = re.sub(r'(id="|url\(#|href="#)', rf"\g<1>{figure.name}-", found[2])
    return float(found[1]), body


def _head(caption: Caption, legend: Sequence[Legend], lang: str, *, width: int) -> tuple[str, int]:
    """The lines above the drawing, and where the drawing begins."""
    y, parts = 0, []
    if caption.title:
        y = _EDGE + _TITLE
        parts.append(_line(caption.title, lang, width=width, y=y, size=_TITLE, colour=_INK))
    for words in _broken(caption.note, width):
        y += round(_NOTE * 1.5)
        parts.append(_line(words, lang, width=width, y=y, size=_NOTE, colour=_FAINT))
    if legend:
        y += round(_NOTE * 1.9)
        parts.append(_legend(legend, lang, width=width, y=y))
    return "".join(parts), y + _EDGE


def _broken(text: str, width: int) -> Iterator[str]:
    """Lines no longer than the picture is wide."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and len(longer) * _NOTE * _LETTER > width - 2 * _EDGE:
            yield line
            longer = word
        line = longer
    if line:
        yield line


def _line(text: str, lang: str, *, width: int, y: int, size: int, colour: str) -> str:
    x, anchor = (width - _EDGE, "end") if is_rtl(lang) else (_EDGE, "start")
    return _text(text, lang, x=x, y=y, size=size, colour=colour, anchor=anchor)


def _text(text: str, lang: str, *, x: float, y: int, size: int, colour: str, anchor: str) -> str:
    # The picture runs left to right, or its anchors would turn round in an Arabic page; each text has its own way.
    run = ("\u2067" if is_rtl(lang) else "\u2066") + text + "\u2069"
    written = html.escape("".join(one if one.isprintable() or one in _MARKS else " " for one in run))
    return f'<text x="{x:g}" y="{y}" font-size="{size}" fill="{colour}" text-anchor="{anchor}">{written}</text>'


# What puts a run of text in its direction is not printable, yet must stay.
_MARKS = frozenset("\u200e\u200f\u2066\u2067\u2068\u2069")


def _legend(legend: Sequence[Legend], lang: str, *, width: int, y: int) -> str:
    """Entries in a row, from the side where reading begins."""
    rtl, parts = is_rtl(lang), []
    x = float(width - _EDGE if rtl else _EDGE)
    step = -1 if rtl else 1
    for entry in legend:
        corner = x - _SWATCH if rtl else x
        parts.append(
            f'<rect x="{corner:g}" y="{y - _SWATCH + 1}" width="{_SWATCH}" height="{_SWATCH}" rx="2" '
            f'fill="{entry.colour}"/>'
        )
        x += step * (_SWATCH + 6)
        anchor = "end" if rtl else "start"
        parts.append(_text(isolated(entry.word), lang, x=x, y=y, size=_NOTE, colour=_INK, anchor=anchor))
        x += step * (len(entry.word) * _NOTE * _LETTER + 18)
    return "".join(parts)
