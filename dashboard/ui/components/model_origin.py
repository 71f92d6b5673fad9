"""Which model judges, since when, by whose choice, and what it was made of."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

from dashboard.i18n import direction, moment, number, t
from dashboard.ui.components.colleagues import colleague
from dashboard.ui.components.untrusted import html_line
from moderation.service.model_report import Origin

_STYLE = """<style>
.tq-origin{display:flex;flex-wrap:wrap;gap:.35rem 2rem;margin:0 0 .5rem;padding:0!important}
.tq-origin>div{display:flex;flex-direction:column}
.tq-origin dt{font-size:.85rem;font-weight:400;opacity:.75}
.tq-origin dd{margin:0;overflow-wrap:anywhere}
</style>"""


def origin_html(origin: Origin, lang: str, *, zone: str) -> str:
    rows = {"version": f'<bdi dir="ltr">{html_line(origin.version)}</bdi>'} | _chosen(origin, lang, zone)
    rows |= _learned(origin.about, lang)
    if origin.use.shadow is not None:
        rows["shadow"] = f'<bdi dir="ltr">{html_line(origin.use.shadow)}</bdi>'
    cells = "".join(
        f"<div><dt>{html.escape(t(f'model.origin.{name}', lang))}</dt><dd>{value}</dd></div>"
        for name, value in rows.items()
    )
    return f'{_STYLE}<dl class="tq-origin" dir="{direction(lang)}" lang="{lang}">{cells}</dl>'


def _chosen(origin: Origin, lang: str, zone: str) -> dict[str, str]:
    """Of a model that someone chose; nobody chose the one that a process starts with."""
    use = origin.use
    if use.at is None or use.live is None:
        return {"chosen": html.escape(t("model.origin.own", lang))}
    by = html.escape(colleague(use.by, lang))
    rows = {"chosen": f"{html.escape(moment(use.at, lang, zone))} · {by}"}
    return rows | ({"note": html_line(use.note)} if use.note else {})


def _learned(about: Mapping[str, Any], lang: str) -> dict[str, str]:
    sets = sets_of(about)
    if not sets:
        return {}
    comments = sum(one["rows"] for one in sets if isinstance(one.get("rows"), int))
    counted = t("model.origin.of_sets", lang, comments=number(comments, lang), sets=number(len(sets), lang))
    return {"learned": html.escape(counted)}


def sets_of(about: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What a manifest lists, as far as it has the shape that ours have."""
    listed = about.get("sets")
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
