"""What every form and list of measures shares: how long one lasts, how it is told, and what came of a click."""

from __future__ import annotations

import html
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import streamlit as st

from dashboard.i18n import ago, direction, moment, t
from dashboard.ui import state
from dashboard.ui.components.colleagues import colleague
from dashboard.ui.components.problems import notice_html, sentence
from dashboard.ui.components.untrusted import html_line
from moderation.measure import Measure, MeasureKind

LENGTHS = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
    "year": timedelta(days=365),
}
_ENDLESS = "endless"
_SAID = "commenter_said"


def length(kind: MeasureKind, lang: str, *, key: str) -> str | None:
    """What a measure of this kind may last; None for a warning."""
    if kind is MeasureKind.WARN:
        return None
    options = [*LENGTHS] if kind is MeasureKind.SUSPEND else [_ENDLESS, *LENGTHS]
    return st.pills(
        t("commenter.length", lang),
        options,
        default="week" if kind is MeasureKind.SUSPEND else _ENDLESS,
        format_func=lambda one: t(f"commenter.length.{one}", lang),
        key=f"{key}_length_{kind}",
        required=True,
    )


def ends(chosen: str | None) -> datetime | None:
    return state.desk().now() + LENGTHS[chosen] if chosen in LENGTHS else None


def measure_html(measure: Measure, lang: str, *, now: datetime, time_zone: str) -> str:
    who = colleague(measure.set_by, lang)
    parts = [
        f"<strong>{_said(f'common.measure.{measure.kind}', lang)}</strong>: "
        f"{_said(f'common.reason.{measure.reason}', lang)}",
        html.escape(t("commenter.of_domain", lang, domain=measure.domain)) if measure.domain else "",
        _said("commenter.everywhere", lang) if measure.everywhere else "",
        html.escape(_span(measure, lang, now=now, time_zone=time_zone)),
        html.escape(t("commenter.by", lang, who=who, ago=ago(measure.starts_at, now, lang))),
    ]
    note = f"<br>{html_line(measure.note, limit=300)}" if measure.note else ""
    ended = "" if measure.in_force(now) and measure.kind is not MeasureKind.WARN else " tq-ended"
    said = " · ".join(part for part in parts if part)
    return f'<p class="tq-measure{ended}" dir="{direction(lang)}" lang="{lang}">{said}{note}</p>'


def _said(key: str, lang: str) -> str:
    return html.escape(t(key, lang))


def _span(measure: Measure, lang: str, *, now: datetime, time_zone: str) -> str:
    if measure.lifted_at is not None and measure.lifted_by is not None:
        who = colleague(measure.lifted_by, lang)
        return t("commenter.lifted", lang, who=who, ago=ago(measure.lifted_at, now, lang))
    if measure.kind is MeasureKind.WARN:
        return ""
    if measure.until is None:
        return t("commenter.endless", lang)
    key = "commenter.until" if measure.in_force(now) else "commenter.ended"
    return t(key, lang, when=moment(measure.until, lang, time_zone))


def told() -> None:
    """What came of the last click."""
    said = st.session_state.pop(_SAID, None)
    if said is not None:
        st.html(notice_html(*said))


def tell(kind: str, text: str) -> None:
    """Besides what is to be told already; an error stays one."""
    kind_before, before = st.session_state.get(_SAID) or (kind, "")
    st.session_state[_SAID] = ("error" if "error" in (kind, kind_before) else kind, f"{before} {text}".strip())


@contextmanager
def saying(lang: str) -> Iterator[list[str]]:
    """What came of a click, told in the panel: a toast drawn from within a dialog breaks the page."""
    said: list[str] = []
    try:
        yield said
    except Exception as error:
        st.session_state[_SAID] = ("error", " ".join([*said, sentence(error, lang)]))
    else:
        st.session_state[_SAID] = ("done", " ".join(said))
