"""The versions of a comment one after another, with what each took away and what it added. Pure."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from difflib import SequenceMatcher
from itertools import pairwise, takewhile
from typing import NamedTuple

from dashboard.i18n import ago, plural, t
from dashboard.ui.components.untrusted import LONGEST, Mark, html_text
from dashboard.ui.components.veil import veiled
from moderation.comment import Comment, Revision

_WORD = re.compile(r"\S+")
# Beyond these the texts are shown as they are.
MOST_WORDS = 1_500
# Comparing takes time with the pairs of equal words, once for each word at worst: a minute for texts that were made for
# it. All versions of a comment together get this much, half a second; a newspaper's page of prose needs a quarter.
MOST_WORK = 4_000_000
# A site sends as many edits as its readers make: three hundred of long texts are twenty megabytes of a page.
MOST_VERSIONS = 20


class Change(NamedTuple):
    """Where `before` lost words and where `after` gained some, as (start, end)."""

    gone: list[tuple[int, int]]
    added: list[tuple[int, int]]


def difference(before: str, after: str) -> Change:
    """Word by word; nothing is marked in texts too long to compare."""
    return differences([before, after])[0]


def differences(texts: Sequence[str]) -> list[Change]:
    """Of each text and the one after it, the last ones first as far as `MOST_WORK` reaches."""
    words = [list(_WORD.finditer(text)) for text in texts]
    found, left = [], MOST_WORK
    for ours, theirs in reversed(list(pairwise(words))):
        change, work = _difference(ours, theirs, left)
        found.append(change)
        left -= work
    return found[::-1]


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _difference(ours: Sequence[re.Match[str]], theirs: Sequence[re.Match[str]], most_work: int) -> tuple[Change, int]:
    """And the work that it was."""
    if max(len(ours), len(theirs)) > MOST_WORDS:
        return Change([], []), 0
    before, after = [one[0] for one in ours], [one[0] for one in theirs]
    start = _common(before, after)
    same = _common(before[start:][::-1], after[start:][::-1])
    before, after = before[start : len(before) - same], after[start : len(after) - same]
    counts = Counter(before)
    work = sum(counts[word] for word in after) * min(len(before), len(after))
    if work > most_work:
        return Change([], []), 0
    gone, added = [], []
    for what, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what in ("delete", "replace"):
            gone.append((ours[start + a].start(), ours[start + b - 1].end()))
        if what in ("insert", "replace"):
            added.append((theirs[start + c].start(), theirs[start + d - 1].end()))
    return Change(gone, added), work


def versions_html(
    revisions: Sequence[Revision], comment: Comment, lang: str, *, now: datetime, blurs: bool = False
) -> str:
    """Newest first: the present text with what is new in it, then each earlier one with what was taken out of it.

    Of many the newest, then an ellipsis; the Audit page has the story with all of them.
    """
    if not revisions:
        return ""
    count, revisions = len(revisions), revisions[-MOST_VERSIONS:]
    texts = [one.body[:LONGEST] for one in revisions] + [comment.body[:LONGEST]]
    changes = differences(texts)
    shown = html_text(texts[-1], lang, language=comment.language, marks=_marks([], changes[-1].added))
    items = [_item(t("queue.version.now", lang), veiled(shown, blurs))]
    for place in reversed(range(len(revisions))):
        added = changes[place - 1].added if place else []
        when = ago(revisions[place].replaced_at, now, lang)
        shown = html_text(texts[place], lang, marks=_marks(changes[place].gone, added))
        items.append(_item(t("queue.version.until", lang, ago=when), veiled(shown, blurs)))
    first = ""
    if count > len(revisions):
        items.append("<li>…</li>")
        first = f' start="{count + 1}"'
    summary = html.escape(plural("queue.revisions", count, lang))
    legend = (
        f'<p class="tq-legend"><mark class="tq-gone">{html.escape(t("queue.version.gone", lang))}</mark> '
        f'<mark class="tq-added">{html.escape(t("queue.version.added", lang))}</mark></p>'
    )
    told = legend if any(gone or added for gone, added in changes) else ""
    rows = "".join(items)
    return f'<details class="tq-revisions"><summary>{summary}</summary>{told}<ol reversed{first}>{rows}</ol></details>'


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
