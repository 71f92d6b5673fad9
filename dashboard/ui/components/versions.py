"""The versions of a comment one after another, with what each took away and what it added. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from datetime import datetime
from difflib import SequenceMatcher
from typing import NamedTuple

from dashboard.i18n import ago, plural, t
from dashboard.ui.components.untrusted import LONGEST, Mark, html_text
from dashboard.ui.components.veil import veiled
from moderation.comment import Comment, Revision

_WORD = re.compile(r"\S+")
# Comparing takes time with the square of the words at worst; beyond these the texts are shown as they are.
MOST_WORDS = 1_500


class Change(NamedTuple):
    """Where `before` lost words and where `after` gained some, as (start, end)."""

    gone: list[tuple[int, int]]
    added: list[tuple[int, int]]


def difference(before: str, after: str) -> Change:
    """Word by word; nothing is marked in texts too long to compare."""
    ours, theirs = list(_WORD.finditer(before)), list(_WORD.finditer(after))
    if max(len(ours), len(theirs)) > MOST_WORDS:
        return Change([], [])
    matcher = SequenceMatcher(None, [one[0] for one in ours], [one[0] for one in theirs], autojunk=False)
    gone, added = [], []
    for what, a, b, c, d in matcher.get_opcodes():
        if what in ("delete", "replace"):
            gone.append((ours[a].start(), ours[b - 1].end()))
        if what in ("insert", "replace"):
            added.append((theirs[c].start(), theirs[d - 1].end()))
    return Change(gone, added)


def versions_html(
    revisions: Sequence[Revision], comment: Comment, lang: str, *, now: datetime, blurs: bool = False
) -> str:
    """Newest first: the present text with what is new in it, then each earlier one with what was taken out of it."""
    if not revisions:
        return ""
    texts = [one.body[:LONGEST] for one in revisions] + [comment.body[:LONGEST]]
    changes = [difference(texts[place], texts[place + 1]) for place in range(len(revisions))]
    shown = html_text(texts[-1], lang, language=comment.language, marks=_marks([], changes[-1].added))
    items = [_item(t("queue.version.now", lang), veiled(shown, blurs))]
    for place in reversed(range(len(revisions))):
        added = changes[place - 1].added if place else []
        when = ago(revisions[place].replaced_at, now, lang)
        shown = html_text(texts[place], lang, marks=_marks(changes[place].gone, added))
        items.append(_item(t("queue.version.until", lang, ago=when), veiled(shown, blurs)))
    summary = html.escape(plural("queue.revisions", len(revisions), lang))
    legend = (
        f'<p class="tq-legend"><mark class="tq-gone">{html.escape(t("queue.version.gone", lang))}</mark> '
        f'<mark class="tq-added">{html.escape(t("queue.version.added", lang))}</mark></p>'
    )
    told = legend if any(gone or added for gone, added in changes) else ""
    rows = "".join(items)
    return f'<details class="tq-revisions"><summary>{summary}</summary>{told}<ol reversed>{rows}</ol></details>'


def _item(title: str, text: str) -> str:
    """`text` is HTML."""
    return f"<li><p>{html.escape(title)}</p>{text}</li>"


def _marks(gone: Sequence[tuple[int, int]], added: Sequence[tuple[int, int]]) -> list[Mark]:
    """Marks do not overlap: what came and went again counts as gone."""
    marks = [Mark(start=start, end=end, kind="gone", strong=False) for start, end in gone]
    marks += [
        Mark(start=start, end=end, kind="added", strong=False)
        for start, end in added
        if not any(start < other_end and other < end for other, other_end in gone)
    ]
    return sorted(marks, key=lambda mark: mark.start)
