"""A chart on the page: what it counts, its legend, its drawing, its numbers as a table, and all of it as files."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from urllib.parse import parse_qsl

import streamlit as st

from dashboard.charts import Figure, csv
from dashboard.charts.scope import PICK
from dashboard.charts.style import Legend
from dashboard.i18n import catalog, direction, t
from dashboard.insights.files import FORMS, PICTURES
from dashboard.insights.report import tiles_html
from dashboard.insights.tables import table_html
from dashboard.insights.tiles import Tile
from dashboard.ui import state

MOST_ROWS = 200
"""Of a table on the page; its files have all of them."""
# What a click may ask of the search page; anything else in a selection is not ours.
_SEARCH = frozenset({"from", "to", "part", "story", "lang", "state", "who"})
Address = Callable[[str, str], str]
"""Of a file, by the figure's name and the form."""


def tiles(shown: Sequence[Tile], lang: str) -> None:
    """Streamlit's own tiles would cut their labels and values short."""
    st.html(f'<div class="tq-tiles" dir="{direction(lang)}" lang="{lang}">{tiles_html(shown)}</div>')


def card(
    figure: Figure,
    lang: str,
    *,
    address: Address | None = None,
    search: str | None = None,
    file_name: str | None = None,
) -> None:
    """A click on a mark leaves for the comments behind it; `search` is where the rows of its table lead to.

    Where files have no address of their own, `file_name` is that of the numbers.
    """
    with st.container(border=True, height="stretch", gap="xsmall", key=f"card_{figure.name}"):
        title, note = t(f"insights.chart.{figure.name}", lang), t(f"insights.note.{figure.name}", lang)
        st.html(_heading(figure.name, title, note, lang))
        remarks = "".join(f'<p class="tq-quiet">{html.escape(remark)}</p>' for remark in figure.remarks)
        if figure.chart is None:
            st.html(f'<p class="tq-quiet">{html.escape(t(f"insights.none.{figure.name}", lang))}</p>{remarks}')
            return
        legend(figure.legend)
        _chart(figure, t("insights.alt", lang, title=title, note=note))
        files = _files(figure, title, lang, address) if address is not None else ""
        if remarks or files:
            st.html(f'<div class="tq-below">{remarks}{files}</div>')
        _numbers(figure, lang, search)
        if file_name is not None:
            _download(figure, title, lang, file_name)


def _heading(name: str, title: str, note: str, lang: str) -> str:
    key = f"insights.meaning.{name}"
    meaning = html.escape(t(key, lang)) if key in catalog(lang) else ""
    return (
        f'<div class="tq-figure"><h3 title="{meaning}">{html.escape(title)}</h3>'
        f'<p class="tq-quiet" title="{meaning}">{html.escape(note)}</p></div>'
    )


def _chart(figure: Figure, alt: str) -> None:
    key = f"chart_{figure.name}"
    # Where no mark leads anywhere the chart has nothing to select.
    if not (figure.picks and any(figure.ways)):
        st.vega_lite_chart(spec=figure.spec(), key=key, alt=alt)
        return
    event = st.vega_lite_chart(spec=figure.spec(), key=key, on_select="rerun", selection_mode=PICK, alt=alt)
    wanted = chosen(event)
    if wanted:
        st.switch_page(state.pages()["search"], query_params=wanted)


def chosen(event: object) -> dict[str, str]:
    """The search page's query of the mark that was clicked; empty while there is none."""
    selection = getattr(event, "selection", None) or {}
    picked = selection.get(PICK) or [{}]
    way = picked[0].get("go") if isinstance(picked[0], dict) else None
    return {name: value for name, value in parse_qsl(way or "") if name in _SEARCH}


def legend(entries: tuple[Legend, ...]) -> None:
    """In HTML, so that it follows the page's direction and wraps on a phone."""
    if entries:
        st.html(
            '<div style="display:flex;flex-wrap:wrap;gap:.25rem 1rem;font-size:.875rem">'
            + "".join(
                f'<span style="display:inline-flex;align-items:center;gap:.4rem">'
                f'<span style="width:.8rem;height:.8rem;border-radius:.15rem;background:{entry.colour};'
                f'forced-color-adjust:none"></span>'
                f"<bdi>{html.escape(entry.word)}</bdi></span>"
                for entry in entries
            )
            + "</div>"
        )


def _numbers(figure: Figure, lang: str, search: str | None) -> None:
    """The table is made when it is asked for: a year of days would weigh more than the chart."""
    opened = st.expander(t("insights.table", lang), key=f"table_{figure.name}", on_change="rerun")
    if opened.open:
        with opened:
            st.html(table_html(figure, lang, most=MOST_ROWS, search=search))


def _download(figure: Figure, title: str, lang: str, file_name: str) -> None:
    """Streamlit's own button has its file in this process alone, and a proxy may ask another one for it. So the page
    has the numbers, and makes a file of them when it is asked to (live.js).
    """
    numbers = csv(figure.table).decode("utf-8-sig")
    word = t("insights.download.numbers", lang)
    st.html(
        f'<p class="tq-files" dir="{direction(lang)}" lang="{lang}"><a href="#" '
        # What is read out begins with what is seen.
        f'aria-label="{html.escape(f"{word}: {title}")}" '
        f'data-file="{html.escape(file_name)}" data-numbers="{html.escape(numbers)}">{html.escape(word)}</a></p>'
    )


def _files(figure: Figure, title: str, lang: str, address: Address) -> str:
    forms = [form for form in FORMS if figure.chart is not None or form not in PICTURES]
    links = " ".join(
        f'<a href="{html.escape(address(figure.name, form))}" '
        f'aria-label="{html.escape(t("insights.download.of", lang, title=title, form=form.upper()))}">'
        f"{html.escape(t(f'insights.download.{form}', lang))}</a>"
        for form in forms
    )
    return f'<p class="tq-files"><span>{html.escape(t("insights.download", lang))}</span> {links}</p>'
