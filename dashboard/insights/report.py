"""The page as one dated file that needs nothing else: pictures in it, tables, definitions; no script, no address."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from dashboard import pictures
from dashboard.charts import Figure
from dashboard.i18n import direction, moment, t
from dashboard.insights.files import caption
from dashboard.insights.sections import Listing, Section, section
from dashboard.insights.tables import table_html
from dashboard.insights.tiles import Tile
from dashboard.insights.view import Question, View
from dashboard.periods import city
from moderation.article import Site
from moderation.engagement import Pin
from moderation.roles import Caller
from moderation.service.desk import Desk

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_STYLE = """
:root{color-scheme:light}
body{font:16px/1.6 "Noto Sans Arabic","Segoe UI",Tahoma,system-ui,sans-serif;color:#1f2328;background:#fff;
 margin:0 auto;max-width:60rem;padding:2rem 1rem}
h1{font-size:1.7rem;margin:0 0 .25rem}
h2{font-size:1.35rem;margin:2.5rem 0 .5rem;border-top:2px solid #1f2328;padding-top:.75rem}
h3{font-size:1.1rem;margin:1.75rem 0 .25rem}p{margin:.25rem 0}.quiet{color:#5b6169}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.75rem;margin:1rem 0}
dl>div{border:1px solid #d0d4da;border-radius:.5rem;padding:.6rem .75rem}dt{font-size:.85rem;color:#5b6169}
dd{margin:0;font-size:1.4rem}dd small{display:block;font-size:.8rem;color:#5b6169}
figure{margin:.5rem 0}svg{max-width:100%;height:auto}
table{border-collapse:collapse;width:100%;font-size:.85rem}
caption{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}
th,td{text-align:start;vertical-align:top;padding:.3rem .5rem;border-bottom:1px solid #e3e5e8;
 overflow-wrap:anywhere;font-weight:400}
thead th{font-weight:600}summary{cursor:pointer;color:#5b6169}
blockquote{margin:.75rem 0;padding-inline-start:.75rem;border-inline-start:3px solid #d0d4da}
.body{white-space:pre-wrap;overflow-wrap:anywhere}
@media print{h2{break-before:page}figure,dl,blockquote{break-inside:avoid}}
"""


def whole(desk: Desk, caller: Caller, site: Site, view: View, lang: str) -> str:
    """The report of every question in the view's days and filters, for a download as for a job; raises what the use
    cases raise."""
    asked = [section(desk, caller, site, replace(view, question=one), lang) for one in Question]
    return report(asked, site, lang, made_at=desk.now())


def report(sections: Sequence[Section], site: Site, lang: str, *, made_at: datetime) -> str:
    """An HTML document of the sections in their order; `made_at` is aware. All that others wrote is escaped.

    Figures that name members of the desk are left out.
    """
    sections = [one.for_all() for one in sections]
    scope = sections[0].scope
    title = t("insights.report.title", lang, site=site.title)
    days = t("insights.report.days", lang, days=scope.words, city=city(scope.period.time_zone, lang))
    made = t("insights.report.made", lang, at=moment(made_at, lang, scope.period.time_zone))
    contents = "".join(f'<li><a href="#{one.question}">{_said(_heading(one), lang)}</a></li>' for one in sections)
    return (
        f'<!doctype html><html lang="{lang}" dir="{direction(lang)}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{html.escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{html.escape(title)}</h1><p>{html.escape(days)}</p>"
        f'<p class="quiet">{html.escape(made)}</p><nav><ul>{contents}</ul></nav>'
        + "".join(_section(one, site, lang) for one in sections)
        + "</body></html>"
    )


def _said(key: str, lang: str) -> str:
    return html.escape(t(key, lang))


def _heading(section: Section) -> str:
    return f"insights.question.{section.question}"


def _section(section: Section, site: Site, lang: str) -> str:
    parts = [
        f'<section id="{section.question}"><h2>{_said(_heading(section), lang)}</h2>',
        f'<p class="quiet">{_said(f"insights.question.{section.question}.note", lang)}</p>',
        tiles_html(section.tiles),
        *(_figure(figure, section, site, lang) for figure in section.figures),
        *(_listing(listing, lang) for listing in section.listings),
        _pins(section.pins, section, lang),
        "</section>",
    ]
    return "".join(parts)


def tiles_html(tiles: Sequence[Tile]) -> str:
    """A list of terms; each explains itself to whoever points at it."""
    if not tiles:
        return ""
    cells = "".join(
        f'<div title="{html.escape(tile.meaning)}"><dt>{html.escape(tile.label)}</dt><dd>{html.escape(tile.value)}'
        + (f"<small>{html.escape(tile.before)}</small>" if tile.before else "")
        + "</dd></div>"
        for tile in tiles
    )
    return f"<dl>{cells}</dl>"


def _figure(figure: Figure, section: Section, site: Site, lang: str) -> str:
    said = caption(figure, section.scope, site.title)
    remarks = "".join(f'<p class="quiet">{html.escape(remark)}</p>' for remark in figure.remarks)
    begun = f"<h3>{html.escape(said.title)}</h3><p>{_said(f'insights.meaning.{figure.name}', lang)}</p>"
    if figure.chart is None:
        return f'{begun}<p class="quiet">{_said(f"insights.none.{figure.name}", lang)}</p>'
    drawn = pictures.svg(figure, said, lang, alone=False)
    numbers = f"<details><summary>{_said('insights.table', lang)}</summary>{table_html(figure, lang)}</details>"
    return f"{begun}<figure>{drawn}</figure>{remarks}{numbers}"


def _listing(listing: Listing, lang: str) -> str:
    """Readers' words, each in its own direction."""
    if not listing.items:
        return ""
    items = "".join(
        f"<blockquote><p>{' · '.join(map(_name, item.names))}</p>"
        + (f'<p class="body" dir="auto">{html.escape(item.body)}</p>' if item.body else "")
        + f'<p class="quiet">{html.escape(item.meta)}</p></blockquote>'
        for item in listing.items
    )
    return f"<h3>{_said(f'insights.list.{listing.name}', lang)}</h3>{items}"


def _name(name: str) -> str:
    return f'<bdi dir="auto">{html.escape(name)}</bdi>'


def _pins(pins: Sequence[Pin], section: Section, lang: str) -> str:
    if not pins:
        return ""
    items = "".join(
        f'<li>{html.escape(section.scope.written(pin.day))}: <bdi dir="auto">{html.escape(pin.text)}</bdi></li>'
        for pin in pins
    )
    return f"<h3>{_said('insights.pins', lang)}</h3><ul>{items}</ul>"
