"""What another version of a policy would change in the one in force, a row for each rule. Pure."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence

from dashboard.i18n import number, percent, plural, t
from dashboard.ui.components.names import listed
from dashboard.ui.components.policy_draft import LISTS, NUMBERS
from dashboard.ui.components.tables import table_html
from dashboard.ui.components.untrusted import html_line, html_message
from moderation.policy import MAX_MESSAGE, Policy, Threshold
from moderation.score import LABELS

# So many entries are in sight; the others open.
_FIRST = 30


def difference_html(present: Policy, other: Policy, lang: str) -> str:
    """Empty where both say the same."""
    rows = [*_rules(present, other, lang), *_thresholds(present, other, lang), *_lists(present, other, lang)]
    if not rows:
        return ""
    headings = [
        t("settings.difference.rule", lang),
        t("settings.difference.present", lang, number=present.number),
        t("settings.difference.other", lang, number=other.number),
    ]
    return table_html(headings, rows, lang)


def _rules(present: Policy, other: Policy, lang: str) -> Iterator[tuple[str, ...]]:
    if present.mode is not other.mode:
        yield _row("mode", [t(f"common.mode.{policy.mode}", lang) for policy in (present, other)], lang)
    if present.hold_links is not other.hold_links:
        said = [t(f"settings.difference.{'on' if one.hold_links else 'off'}", lang) for one in (present, other)]
        yield _row("hold_links", said, lang)
    for name in NUMBERS:
        values = [getattr(policy, name) for policy in (present, other)]
        if values[0] != values[1]:
            yield _row(name, [number(value, lang) for value in values], lang)


def _row(name: str, said: Sequence[str], lang: str) -> tuple[str, ...]:
    return tuple(html.escape(text) for text in (t(f"settings.{name}", lang), *said))


def _thresholds(present: Policy, other: Policy, lang: str) -> Iterator[tuple[str, ...]]:
    for label in LABELS:
        bounds = [policy.thresholds.get(label, Threshold()) for policy in (present, other)]
        if bounds[0] != bounds[1]:
            name = t("settings.difference.threshold", lang, label=t(f"common.label.{label}", lang))
            yield tuple(html.escape(text) for text in (name, *(_bounds(one, lang) for one in bounds)))


def _bounds(threshold: Threshold, lang: str) -> str:
    given = (("hold", threshold.hold_at), ("reject", threshold.reject_at))
    said = [
        t(f"settings.difference.{bound}", lang, share=percent(at, lang, places=2))
        for bound, at in given
        if at is not None
    ]
    return listed(said, lang) or t("settings.difference.never", lang)


def _lists(present: Policy, other: Policy, lang: str) -> Iterator[tuple[str, ...]]:
    for name in LISTS:
        ours, theirs = getattr(present, name), getattr(other, name)
        if ours == theirs:
            continue
        gone, added = _without(ours, theirs), _without(theirs, ours)
        if gone or added:
            cells = [_entries("gone", name, gone, lang), _entries("added", name, added, lang)]
        else:
            cells = [html.escape(t("settings.difference.order", lang))] * 2
        yield (html.escape(t(f"settings.{name}", lang)), *cells)


def _without(entries: Sequence[str], others: Sequence[str]) -> list[str]:
    known = set(others)
    return [entry for entry in entries if entry not in known]


def _entries(what: str, name: str, entries: Sequence[str], lang: str) -> str:
    if not entries:
        return ""
    said = html.escape(plural(f"settings.difference.{what}", len(entries), lang))
    return f"{said}{_list(what, name, entries[:_FIRST])}{_more(what, name, entries[_FIRST:], lang)}"


def _list(what: str, name: str, entries: Sequence[str]) -> str:
    shown = html_message if name == "messages" else html_line
    items = "".join(f'<li><mark class="tq-{what}">{shown(one, limit=MAX_MESSAGE)}</mark></li>' for one in entries)
    return f'<ul class="tq-entries">{items}</ul>'


def _more(what: str, name: str, entries: Sequence[str], lang: str) -> str:
    if not entries:
        return ""
    summary = html.escape(plural("queue.more", len(entries), lang))
    return f"<details><summary>{summary}</summary>{_list(what, name, entries)}</details>"
