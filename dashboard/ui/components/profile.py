"""A commenter as the desk knows them, in HTML: record, measures, reports, e-mail, and what colleagues noted."""

from __future__ import annotations

import html
from datetime import datetime
from urllib.parse import urlencode

from dashboard.i18n import ago, direction, moment, percent, plural, t
from dashboard.i18n.readers import called
from dashboard.ui import state
from dashboard.ui.components.colleagues import colleague
from dashboard.ui.components.record import record_html
from dashboard.ui.components.untrusted import html_line
from moderation.measure import MAX_NOTE, Measure, Profile, Remark
from moderation.roles import Permission

# Fewer reports say nothing of how good a reporter is.
_ENOUGH = 3


def profile_html(found: Profile, lang: str, *, time_zone: str) -> str:
    name = html_line(called(found.commenter.name, found.commenter.external_id, lang), limit=80)
    since = html.escape(t("commenter.since", lang, when=moment(found.commenter.first_seen_at, lang, time_zone)))
    record = found.record._replace(reported=found.reported.comments)
    return (
        f'<div class="tq-profile" dir="{direction(lang)}" lang="{lang}"><p class="tq-by"><strong>{name}</strong> '
        f'{_standing(found.standing, lang)} <span class="tq-facts">{since}</span></p>'
        f"{record_html(record, lang)}{_mail(found, lang)}{_reported(found, lang)}{_reporting(found, lang)}</div>"
    )


def _standing(measure: Measure | None, lang: str) -> str:
    if measure is None:
        return ""
    return f'<span class="tq-status tq-rejected">{_said(f"common.measure.{measure.kind}", lang)}</span>'


def _said(key: str, lang: str) -> str:
    return html.escape(t(key, lang))


def _reported(found: Profile, lang: str) -> str:
    reports = found.reported.reports
    return f'<p class="tq-quiet">{html.escape(plural("commenter.reported", reports, lang))}</p>' if reports else ""


def _reporting(found: Profile, lang: str) -> str:
    made, upheld, turned_down = found.reporting.made, found.reporting.upheld, found.reporting.turned_down
    if not made:
        return ""
    said = plural("commenter.reports", made, lang)
    if upheld + turned_down >= _ENOUGH:
        said += " " + t("commenter.reports.right", lang, share=percent(upheld / (upheld + turned_down), lang))
    return f'<p class="tq-quiet">{html.escape(said)}</p>'


def _mail(found: Profile, lang: str) -> str:
    """The address for who may see it, else its domain; and the way to a measure against the whole domain."""
    if found.domain is None:
        return ""
    said = (
        t("commenter.address", lang, address=found.address)
        if found.address
        else t("commenter.domain", lang, domain=found.domain)
    )
    act = ""
    if state.person().may(Permission.COMMENTERS_BROAD):
        address = "/domains?" + urlencode({"domain": found.domain})
        act = f' <a href="{html.escape(address)}">{_said("commenter.domain.act", lang)}</a>'
    return f'<p class="tq-quiet">{html.escape(said)}{act}</p>'


def elsewhere_html(found: Profile, lang: str) -> str:
    """On which other sites the same person is known, and as whom."""
    said = _said("commenter.everywhere.none", lang)
    if found.elsewhere:
        known = [
            f"{html_line(one.site_title, limit=60)} ({html_line(one.commenter.name or one.commenter.external_id)})"
            for one in found.elsewhere
        ]
        said = f"{_said('commenter.everywhere.known', lang)} {_said('common.list.separator', lang).join(known)}."
    return f'<p class="tq-quiet" dir="{direction(lang)}" lang="{lang}">{said}</p>'


def remark_html(remark: Remark, lang: str, *, now: datetime) -> str:
    by = t("commenter.by", lang, who=colleague(remark.actor, lang), ago=ago(remark.left_at, now, lang))
    text = html_line(remark.text, limit=MAX_NOTE)
    return (
        f'<p class="tq-measure" dir="{direction(lang)}" lang="{lang}">{text}'
        f'<br><span class="tq-quiet">{html.escape(by)}</span></p>'
    )
