"""A chart on the page: what it counts, its legend, its drawing, and its numbers as a table and as a file."""

from __future__ import annotations

import html
from functools import partial

import streamlit as st

from dashboard.charts import Figure, csv
from dashboard.charts.style import Legend
from dashboard.i18n import catalog, direction, duration, number, percent, t
from moderation.engagement import Overview

NONE = "–"
_UNITS = (86_400, 3_600, 60, 1)
# A chart's own tool bar speaks English only, covers the legend, and shows columns that were made for drawing.
_TILES = """<style>
.tq-tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(7.5rem,1fr));gap:.75rem;margin:0;padding:0!important}
.tq-tiles>div{border:1px solid var(--tq-line,rgba(128,128,128,.3));border-radius:.5rem;padding:.7rem .8rem;
 display:flex;flex-direction:column;justify-content:space-between;gap:.35rem}
.stElementContainer:has([data-testid="stVegaLiteChart"]) [data-testid="stElementToolbar"]{display:none}
.tq-tiles dt{font-size:.85rem;font-weight:400;opacity:.75}
.tq-tiles dd{margin:0;font-size:1.5rem;line-height:1.3;font-variant-numeric:tabular-nums}
</style>"""


def tiles(overview: Overview, lang: str) -> None:
    """The period in seven numbers. Streamlit's own tiles would cut their labels and values short."""
    shown = {
        "comments": number(overview.comments, lang),
        "commenters": number(overview.commenters, lang),
        "rejected": _share(overview.rejected / overview.comments if overview.comments else None, lang),
        "waiting": number(overview.waiting, lang),
        "machine": _share(overview.machine_share, lang),
        "civil": _share(overview.civil, lang),
        "median": NONE if overview.median_seconds is None else duration(_coarse(overview.median_seconds), lang),
    }
    cells = "".join(_tile(name, value, lang) for name, value in shown.items())
    st.html(f'{_TILES}<dl class="tq-tiles" dir="{direction(lang)}" lang="{lang}">{cells}</dl>')


def _tile(name: str, value: str, lang: str) -> str:
    explained = f"insights.tile.{name}.help"
    title = f' title="{html.escape(t(explained, lang))}"' if explained in catalog(lang) else ""
    return f"<div{title}><dt>{html.escape(t(f'insights.tile.{name}', lang))}</dt><dd>{html.escape(value)}</dd></div>"


def _share(share: float | None, lang: str) -> str:
    return NONE if share is None else percent(share, lang)


def _coarse(seconds: float) -> float:
    """Rounded to its largest unit: two units in large type would not fit on a tile."""
    unit = next((unit for unit in _UNITS if seconds >= unit), 1)
    return round(seconds / unit) * unit


def card(figure: Figure, lang: str, *, file_name: str) -> None:
    with st.container(border=True, height="stretch"):
        title, note = t(f"insights.chart.{figure.name}", lang), t(f"insights.note.{figure.name}", lang)
        st.subheader(title, anchor=False)
        st.caption(note)
        if figure.chart is None:
            st.info(t(f"insights.none.{figure.name}", lang))
            return
        legend(figure.legend)
        st.altair_chart(figure.chart, key=f"chart_{figure.name}", alt=t("insights.alt", lang, title=title, note=note))
        _numbers(figure, lang, file_name=file_name)


def legend(entries: tuple[Legend, ...]) -> None:
    """In HTML, so that it follows the page's direction and wraps on a phone."""
    if entries:
        st.html(
            '<div style="display:flex;flex-wrap:wrap;gap:.25rem 1rem;font-size:.875rem">'
            + "".join(
                f'<span style="display:inline-flex;align-items:center;gap:.4rem">'
                f'<span style="width:.8rem;height:.8rem;border-radius:.15rem;background:{entry.colour}"></span>'
                f"{html.escape(entry.word)}</span>"
                for entry in entries
            )
            + "</div>"
        )


def _numbers(figure: Figure, lang: str, *, file_name: str) -> None:
    with st.expander(t("insights.table", lang)):
        columns = list(figure.table.columns)
        # The grid's columns run left to right in every language.
        order = columns[::-1] if direction(lang) == "rtl" else columns
        st.dataframe(figure.table, hide_index=True, column_order=order, key=f"table_{figure.name}")
        st.download_button(
            t("insights.download", lang),
            partial(csv, figure.table),
            file_name,
            "text/csv",
            key=f"download_{figure.name}",
            on_click="ignore",
            icon=":material/download:",
        )
