"""Which log and which of its events; kept in the page's address, and the same for the list and for the export."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from urllib.parse import urlencode

import streamlit as st

from dashboard.i18n import t
from dashboard.periods import EARLIEST, midnight
from dashboard.ui.components import address, unknown
from dashboard.ui.components.audited_comments import About, about_comments, pick
from dashboard.ui.components.events import event_word
from dashboard.ui.components.names import actor_name
from dashboard.ui.components.period import in_order
from dashboard.ui.components.untrusted import plain_line
from moderation.article import Site
from moderation.audit import EventType, instant
from moderation.ports import EventFilter


class LogChoice(StrEnum):
    SITE = "site"
    DESK = "desk"


_DESK_PREFIXES = ("staff:", "session:", "link:", "invitation:", "entry:", "access:")
TYPES = {
    LogChoice.DESK: [one for one in EventType if one.startswith(_DESK_PREFIXES) or one is EventType.LOG_EXPORTED],
    LogChoice.SITE: [one for one in EventType if not one.startswith(_DESK_PREFIXES)],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """`site` is None for the desk's own log."""

    site: str | None
    where: EventFilter


def choose_log(lang: str) -> LogChoice:
    address.recall("log", address.one_of(list(LogChoice)), LogChoice.SITE)
    chosen = st.segmented_control(
        t("audit.filter.log", lang),
        list(LogChoice),
        format_func=lambda one: t(f"audit.log.{one}", lang),
        key="log",
        required=True,
        on_change=_change_log,
    )
    return chosen or LogChoice.SITE


def _change_log() -> None:
    """What the other log has no events of is not asked for any more."""
    address.keep("log")
    if st.query_params.get("type") not in TYPES[st.session_state["log"]]:
        st.query_params.pop("type", None)


def choose(log: LogChoice, actors: list[str], *, site: Site, today: date, lang: str) -> Wanted | None:
    """Draws the filters; None, with the reason on the page, while they are none that can be asked."""
    who, what, since, until = st.columns(4)
    with who:
        actor = pick("actor", actors, {one: plain_line(actor_name(one, lang)) for one in actors}, lang)
    with what:
        type_ = pick("type", TYPES[log], {one: event_word(one, lang) for one in TYPES[log]}, lang)
    days = _days(since, until, today, lang)
    first, last = days
    about, read = About(), {"actor": actor, "type": type_, "since": first, "until": last}
    if log is LogChoice.SITE:
        about = about_comments(site, lang)
        read |= about.read()
    if unknown.told(read, lang, names="audit.filter") or not in_order(days, site.time_zone, lang):
        return None
    return Wanted(
        site=site.name if log is LogChoice.SITE else None,
        where=EventFilter(
            actor=actor,
            type=type_,
            since=midnight(first, site.time_zone) if first else None,
            until=midnight(last + timedelta(days=1), site.time_zone) if last else None,
            people_only=about.people_only,
            comment_id=about.comment_id,
            outcome=about.outcome,
            reason=about.reason,
            article_id=about.article_id,
            commenter_id=about.commenter_id,
        ),
    )


def _days(
    since: st.delta_generator.DeltaGenerator, until: st.delta_generator.DeltaGenerator, today: date, lang: str
) -> tuple[date | None, date | None]:
    with since:
        first = address.day("since", EARLIEST, today, label=t("audit.filter.since", lang))
    with until:
        last = address.day("until", EARLIEST, today, label=t("audit.filter.until", lang))
    return first, last


def export_link(form: str, wanted: Wanted) -> str:
    """The streaming route with the same filter; instants, because the route reads a day as a day in UTC."""
    where = wanted.where
    given = {
        "site": wanted.site,
        "actor": where.actor,
        "type": where.type,
        "since": instant(where.since) if where.since else None,
        "until": instant(where.until) if where.until else None,
        "people_only": "true" if where.people_only else None,
        "comment_id": where.comment_id,
        "outcome": where.outcome,
        "reason": where.reason,
        "article_id": where.article_id,
        "commenter_id": where.commenter_id,
    }
    asked = urlencode({name: value for name, value in given.items() if value is not None})
    return f"/export/audit.{form}" + (f"?{asked}" if asked else "")
