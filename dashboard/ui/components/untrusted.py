"""Readers' words on the screen: the only place where they become HTML or a label.

Most of Streamlit's strings are Markdown, so a comment in one could load a remote image in the moderator's browser or
put a link under a name. Here text is escaped, keeps its own direction, cannot turn round or overgrow what stands around
it, and shows the characters that readers are not meant to see.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import streamlit as st

from dashboard.i18n import direction, plural, t

__all__ = ["LONGEST", "Mark", "html_line", "html_message", "html_text", "md_literal", "plain_line", "untrusted"]

# What is shown at most, at first and after "show the whole text".
LONGEST = 20_000
FIRST_CHARACTERS = 1_200
FIRST_LINES = 24
MARKS_PER_LETTER = 8

_ZWNJ, _ZWJ = "\u200c", "\u200d"
# Controls but tab and newline; soft hyphen, joiners, direction marks and overrides, invisible operators, fillers that
# look like nothing, variation selectors but the emoji's own, tags, and lone surrogates, which no browser can be sent.
_HIDDEN = re.compile(
    "([\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff0-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff\ud800-\udfff])"
    "\\1*"
)
_NEWLINES = re.compile("\r\n|[\r\u2028\u2029\x0b\x0c\x85]")
_NAMES = {
    "\u00ad": "SHY", "\u034f": "CGJ", "\u061c": "ALM", "\u200b": "ZWSP", "\u200c": "ZWNJ", "\u200d": "ZWJ",
    "\u200e": "LRM", "\u200f": "RLM", "\u202a": "LRE", "\u202b": "RLE", "\u202c": "PDF", "\u202d": "LRO",
    "\u202e": "RLO", "\u2060": "WJ", "\u2066": "LRI", "\u2067": "RLI", "\u2068": "FSI", "\u2069": "PDI",
    "\ufeff": "BOM",
}  # fmt: skip


RuleKind = Literal["banned_word", "suspect_word", "link"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """`text[start:end]`, set off: it spoke for the estimate or against it, was looked for, or changed in an edit.

    `rule`: a rule of the policy fired on it, alone or on top of that.
    """

    start: int
    end: int
    kind: Literal["for", "against", "found", "gone", "added"] | None
    strong: bool
    rule: RuleKind | None = None


def untrusted(text: str, lang: str, *, language: str | None = None) -> None:
    """Show a reader's text as a block; `language` is the text's own, where known."""
    st.html(html_text(text, lang, language=language))


def html_text(text: str, lang: str, *, language: str | None = None, marks: Sequence[Mark] = ()) -> str:
    """A block of HTML with the text; long ones open on demand, without a call to the server.

    `marks` are in the text's order and do not overlap.
    """
    whole, dropped, marks = _cleaned(text[:LONGEST], marks)
    first = _beginning(whole)
    block = _block(whole, lang, language, dropped=dropped, marks=marks)
    if len(first) == len(whole):
        return block
    label = html.escape(plural("common.text.show_all", len(whole), lang))
    shortened = _block(first + "…", lang, language, marks=_within(marks, len(first)))
    return (
        f'<div class="tq-long"><details><summary dir="{direction(lang)}">{label}</summary>{block}'
        f'</details><div class="tq-first">{shortened}</div></div>'
    )


def html_line(text: str, *, limit: int = 200, language: str | None = None) -> str:
    """A name or title within a line of HTML, isolated from the words around it."""
    whole = " ".join(_capped_marks(text[:LONGEST])[0].split())
    shown = whole if len(whole) <= limit else whole[:limit] + "…"
    return f'<bdi dir="auto"{_lang(language)}>{_marked(shown)}</bdi>'


def plain_line(text: str, *, limit: int = 200) -> str:
    """One line without invisible characters, for places that show text as it is (the options of a select box)."""
    shown = " ".join(_HIDDEN.sub("", _capped_marks(text[:LONGEST])[0]).split())
    return shown if len(shown) <= limit else shown[:limit].rstrip() + "…"


_WORD_JOINER = "\u2060"
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
# Streamlit turns "->", ">=" and their like into arrows and signs after the Markdown is read.
_PAIRS = re.compile(r"(?<=[-<>=!~])(?=[-<>=~])")
_WWW = re.compile(r"(?i)\b(www)(?=\.)")


def md_literal(text: str, *, limit: int = 200) -> str:
    """The text so that a Markdown label shows it as it is.

    Escaping with backslashes is not enough: links without brackets, emoji shortcodes and arrows are made after parsing,
    so an invisible word joiner parts them. Options of select boxes are not Markdown and would show the backslashes.
    """
    line = _PAIRS.sub(_WORD_JOINER, plain_line(text, limit=limit))
    line = _WWW.sub(rf"\1{_WORD_JOINER}", line)
    line = re.sub(r"[:@]", lambda found: found[0] + _WORD_JOINER, line)
    line = re.sub(r"\((?=(?:c|r|tm|p)\))", "(" + _WORD_JOINER, line, flags=re.IGNORECASE)
    return _PUNCTUATION.sub(r"\\\1", line)


_RIGHT_TO_LEFT, _LEFT_TO_RIGHT, _POP = "\u2067", "\u2066", "\u2069"
_RIGHT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_LEFT = re.compile(r"[A-Za-z\u00c0-\u024f]")


def md_message(text: str, *, limit: int = 60) -> str:
    """A ready message as a Markdown label, in the direction of most of its letters: it may begin with a Latin name."""
    return f"{_RIGHT_TO_LEFT if _to_left(text) else _LEFT_TO_RIGHT}{md_literal(text, limit=limit)}{_POP}"


def html_message(text: str, *, limit: int) -> str:
    """The same within a line of HTML."""
    return html_line(text, limit=limit).replace('dir="auto"', f'dir="{"rtl" if _to_left(text) else "ltr"}"', 1)


def _to_left(text: str) -> bool:
    return len(_RIGHT.findall(text)) > len(_LEFT.findall(text))


def _cleaned(text: str, marks: Sequence[Mark]) -> tuple[str, int, list[Mark]]:
    """The text with plain line ends and without towers; how many characters they lost; the marks where they now lie."""
    pieces: list[str] = []
    placed: list[Mark] = []
    dropped = length = at = 0

    def take(end: int) -> int:
        nonlocal dropped, length, at
        piece, lost = _capped_marks(_NEWLINES.sub("\n", text[at:end]))
        pieces.append(piece)
        dropped, length, at = dropped + lost, length + len(piece), end
        return length

    for mark in _within(marks, len(text)):
        placed.append(replace(mark, start=take(mark.start), end=take(mark.end)))
    take(len(text))
    return "".join(pieces), dropped, placed


def _within(marks: Sequence[Mark], end: int) -> list[Mark]:
    return [mark for mark in marks if mark.end <= end]


def _block(text: str, lang: str, language: str | None, *, dropped: int = 0, marks: Sequence[Mark] = ()) -> str:
    lost = f'<span class="tq-mark" dir="ltr">+{dropped} U+0300…</span>' if dropped else ""
    return f'<div class="tq-text" dir="auto"{_lang(language)}>{_with_marks(text, marks, lang)}{lost}</div>'


def _lang(language: str | None) -> str:
    known = language and re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", language)
    return f' lang="{language}"' if known else ""


def _beginning(text: str) -> str:
    lines = text[:FIRST_CHARACTERS].split("\n")
    return "\n".join(lines[:FIRST_LINES])


def _with_marks(text: str, marks: Sequence[Mark], lang: str) -> str:
    """What stands between the marks and within them, each escaped on its own: an element holds whole pieces only."""
    pieces: list[str] = []
    at = 0
    for mark in marks:
        pieces += [
            _marked(text, at, mark.start),
            f"<mark{_set_off(mark, lang)}>",
            _marked(text, mark.start, mark.end),
            "</mark>",
        ]
        at = mark.end
    pieces.append(_marked(text, at))
    return "".join(pieces)


def _set_off(mark: Mark, lang: str) -> str:
    kinds = [f"tq-{kind}" for kind in (mark.kind, mark.rule) if kind]
    given = f' class="{" ".join(kinds)}{" tq-strong" if mark.strong else ""}"'
    return f'{given} title="{html.escape(t(f"queue.fired.{mark.rule}", lang))}"' if mark.rule else given


def _marked(text: str, start: int = 0, end: int | None = None) -> str:
    """`text[start:end]` escaped, with a code in the place of each run of characters that are not to be seen."""
    pieces: list[str] = []
    end = len(text) if end is None else end
    for found in _HIDDEN.finditer(text, start, end):
        if _joins(text, found):
            continue
        pieces += [html.escape(text[start : found.start()]), _code(found[1], len(found[0]))]
        start = found.end()
    pieces.append(html.escape(text[start:end]))
    return "".join(pieces)


def _code(character: str, times: int) -> str:
    point = f"U+{ord(character):04X}"
    name = f"{_NAMES.get(character, point)}×{times}" if times > 1 else _NAMES.get(character, point)
    return f'<span class="tq-mark" dir="ltr" title="{point}">{name}</span>'


def _joins(text: str, found: re.Match[str]) -> bool:
    """Whether a joiner does its honest work: within an emoji, or apart two Arabic letters as Persian spells."""
    if found[0] not in (_ZWJ, _ZWNJ) or found.start() == 0 or found.end() == len(text):
        return False
    before, after = text[found.start() - 1], text[found.end()]
    if found[0] == _ZWNJ:
        return "\u0620" <= before <= "\u06ff" and "\u0620" <= after <= "\u06ff"
    return (unicodedata.category(before) in ("So", "Sk") or before == "\ufe0f") and unicodedata.category(after) == "So"


def _capped_marks(text: str) -> tuple[str, int]:
    """Towers of combining marks cut to what real writing uses, and how many marks that took away."""
    if not _TOWER.search(text):
        return text, 0
    kept = _TOWER.sub(lambda found: found[0][:MARKS_PER_LETTER], text)
    return kept, len(text) - len(kept)


def _mark_class() -> str:
    """All combining marks of the first two planes, as ranges for a regular expression."""
    ranges: list[list[int]] = []
    for point in range(0x300, 0x20000):
        if unicodedata.category(chr(point)) in ("Mn", "Me"):
            if ranges and ranges[-1][1] == point - 1:
                ranges[-1][1] = point
            else:
                ranges.append([point, point])
    return "".join(f"{chr(low)}-{chr(high)}" for low, high in ranges)


_TOWER = re.compile(f"[{_mark_class()}]{{{MARKS_PER_LETTER + 1},}}")
