"""How much waits and for how long: above the card, and counted anew by the column beside it (live.js)."""

from __future__ import annotations

import html
from datetime import timedelta

from dashboard.i18n import ago, plural, t
from dashboard.ui import state
from dashboard.ui.components import bench, filters
from moderation.queue import COUNT_CAP, QueueCounts, time_left

_IN_SIGHT = timedelta(hours=1)


def above_html(tab: bench.Bench, choice: filters.Choice, lang: str) -> str:
    return f"<p {_at()}>{_line_html(tab, choice, lang)}</p>"


def since_html(tab: bench.Bench, choice: filters.Choice, lang: str) -> str:
    """In a template, where it waits to be put above the card; the later of the two counts."""
    return f'<template class="tq-counts-now" {_at()}>{_line_html(tab, choice, lang)}</template>'


def _at() -> str:
    return f'data-at="{round(state.desk().now().timestamp() * 1000)}"'


def _line_html(tab: bench.Bench, choice: filters.Choice, lang: str) -> str:
    now = state.desk().now()
    counts = bench.counts(tab, choice.where(now), named=(choice,))
    key = "queue.waiting_capped" if counts.capped else "queue.waiting"
    facts = [f"<strong>{html.escape(plural(key, COUNT_CAP if counts.capped else counts.waiting, lang))}</strong>"]
    if counts.with_others:
        facts.append(html.escape(plural("queue.with_others", counts.with_others, lang)))
    if counts.oldest is not None and counts.waiting:
        facts.append(html.escape(t("queue.oldest", lang, ago=ago(counts.oldest, now, lang))))
    if (left := _minutes_left(tab, counts)) is not None:
        facts.append(html.escape(plural("queue.minutes_left", left, lang)))
    return " · ".join(facts)


def _minutes_left(tab: bench.Bench, counts: QueueCounts) -> int | None:
    """The light at the end, once it is within an hour."""
    left = None if counts.capped else time_left(counts.waiting, tab.paced)
    return None if left is None or left > _IN_SIGHT else max(1, round(left.total_seconds() / 60))
