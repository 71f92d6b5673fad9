"""How models do on people's decisions, as tables; where they and people were furthest apart; what they learned from."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboard.i18n import direction, number, percent, t
from dashboard.ui.components.model_origin import sets_of
from dashboard.ui.components.names import language_name, listed
from dashboard.ui.components.tables import table_html
from dashboard.ui.components.untrusted import html_line, html_text
from dashboard.ui.components.veil import veiled
from moderation.model import ShadowTally
from moderation.service.model_report import Surprise

if TYPE_CHECKING:
    from moderation.classifier.agreement import Agreement, Part

NONE = "–"
_QUALITY = ("language", "model", "decisions", "rejected", "auc", "precision", "agreement", "calibration")
_SETS = ("name", "language", "rows", "licence", "domain")
_STYLE = """<style>
.tq-surprise{border-bottom:1px solid var(--tq-line,rgba(128,128,128,.25));padding:.5rem 0}
.tq-surprise:last-child{border-bottom:0}
.tq-surprise>p{margin:0 0 .25rem;font-size:.875rem;opacity:.85}
.tq-surprises{max-height:24rem;overflow-y:auto}
</style>"""


def quality_html(models: Sequence[Agreement], lang: str) -> str:
    """Under each language a row a model, so that the one in the shadow stands beside the one that judges."""
    headings = [t(f"model.quality.{name}", lang) for name in _QUALITY]
    rows = [(part, one.model) for one in models for part in one.parts]
    order = list(dict.fromkeys(part.language for part, _ in rows))
    rows.sort(key=lambda row: order.index(row[0].language))
    return table_html(headings, (_quality_row(part, model, lang) for part, model in rows), lang)


def _quality_row(part: Part, model: str, lang: str) -> tuple[str, ...]:
    name = t("model.quality.all", lang) if part.language is None else language_name(part.language, lang)
    ranked = part.ranking
    return (
        html.escape(name),
        f'<bdi dir="ltr">{html_line(model)}</bdi>',
        html.escape(number(part.decisions, lang)),
        html.escape(number(part.rejected, lang)),
        html.escape(number(ranked.auc, lang, places=3) if ranked else NONE),
        html.escape(number(ranked.average_precision, lang, places=3) if ranked else NONE),
        html.escape(percent(part.agreement, lang, places=1)),
        html.escape(number(part.reliability.error, lang, places=3)),
    )


def tally_html(tally: ShadowTally, lang: str) -> str:
    """What the policy decided, and what it would have decided by the shadow's scores."""
    if not tally.comments:
        return f'<p dir="{direction(lang)}" lang="{lang}">{html.escape(t("model.tally.none", lang))}</p>'
    said = t(
        "model.tally",
        lang,
        share=percent(tally.agreed / tally.comments, lang, places=1),
        comments=number(tally.comments, lang),
    )
    headings = [t(f"model.column.{name}", lang) for name in ("live_outcome", "shadow_outcome", "comments")]
    rows = (
        tuple(
            html.escape(one)
            for one in (
                t(f"common.outcome.{row.live}", lang),
                t(f"common.outcome.{row.shadow}", lang),
                number(row.comments, lang),
            )
        )
        for row in tally.outcomes
    )
    return f'<p dir="{direction(lang)}" lang="{lang}">{html.escape(said)}</p>{table_html(headings, rows, lang)}'


def surprises_html(surprises: Sequence[Surprise], lang: str, *, blurs: bool) -> str:
    if not surprises:
        return f'<p dir="{direction(lang)}" lang="{lang}">{html.escape(t("model.surprises.none", lang))}</p>'
    cells = "".join(_surprise(one, lang, blurs=blurs) for one in surprises)
    return f'{_STYLE}<div class="tq-surprises" tabindex="0" dir="{direction(lang)}" lang="{lang}">{cells}</div>'


def _surprise(one: Surprise, lang: str, *, blurs: bool) -> str:
    judged = one.judged
    key = "model.surprise.rejected" if judged.rejected else "model.surprise.approved"
    said = t(key, lang, share=percent(one.expected, lang))
    if judged.reasons:
        said = f"{said} · {listed((t(f'common.reason.{reason}', lang) for reason in judged.reasons), lang)}"
    body = veiled(html_text(judged.body, lang, language=judged.language), blurs)
    return f'<div class="tq-surprise"><p>{html.escape(said)}</p>{body}</div>'


def sets(about: Mapping[str, Any], lang: str) -> None:
    found = sets_of(about)
    if not found:
        return
    with st.expander(t("model.sets", lang)):
        st.caption(t("model.sets.note", lang))
        st.html(table_html([t(f"model.sets.{name}", lang) for name in _SETS], _set_rows(found, lang), lang))


def _set_rows(found: Sequence[Mapping[str, Any]], lang: str) -> Iterator[tuple[str, ...]]:
    for one in found:
        rows = one.get("rows")
        yield (
            f'<bdi dir="ltr">{html_line(str(one.get("name", NONE)))}</bdi>',
            html.escape(language_name(str(one.get("language", "")), lang)),
            html.escape(number(rows, lang) if isinstance(rows, int) else NONE),
            html_line(str(one.get("licence", NONE))),
            html_line(str(one.get("domain", NONE))),
        )
