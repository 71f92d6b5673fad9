"""A figure's numbers as an HTML table: what a screen reader reads in place of the chart."""

from __future__ import annotations

import html
from collections.abc import Iterator

from dashboard.charts import Figure
from dashboard.charts.figure import NONE
from dashboard.charts.style import shortened
from dashboard.i18n import direction, number, t


def rows_of(figure: Figure) -> Iterator[tuple[object, ...]]:
    """Plain Python values; None where there is none."""
    for row in figure.table.astype(object).itertuples(index=False, name=None):
        yield tuple(None if isinstance(cell, float) and cell != cell else cell for cell in row)


def table_html(figure: Figure, lang: str, *, most: int | None = None, search: str | None = None) -> str:
    """At most so many rows, the newest or those that come first; what is left out is told.

    With `search`, an address up to what is looked for, each row leads to its comments.
    """
    rows = list(rows_of(figure))
    kept = _kept(figure, len(rows), most)
    shown = rows[kept]
    ways = (figure.ways[kept] if len(figure.ways) == len(rows) else ()) if search else ()
    head = "".join(f'<th scope="col">{html.escape(str(name).strip())}</th>' for name in figure.table.columns)
    head += f'<th scope="col">{html.escape(t("insights.behind", lang))}</th>' if ways else ""
    body = "".join(
        f"<tr>{_cells(row, lang)}{_way(ways, place, search, row[0], lang)}</tr>" for place, row in enumerate(shown)
    )
    left = len(rows) - len(shown)
    told = "insights.table.more" if figure.ranked else "insights.table.left_out"
    note = f"<p>{html.escape(t(told, lang, n=left))}</p>" if left else ""
    caption = html.escape(t(f"insights.chart.{figure.name}", lang))
    return (
        f'<div class="tq-numbers" dir="{direction(lang)}" lang="{lang}" role="region" tabindex="0" '
        f'aria-label="{caption}"><table><caption>{caption}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{note}</div>"
    )


def _kept(figure: Figure, rows: int, most: int | None) -> slice:
    if most is None:
        return slice(None)
    return slice(most) if figure.ranked else slice(max(rows - most, 0), None)


def _cells(row: tuple[object, ...], lang: str) -> str:
    first, *others = row
    return f'<th scope="row">{_cell(first, lang)}</th>' + "".join(f"<td>{_cell(cell, lang)}</td>" for cell in others)


def _cell(cell: object, lang: str) -> str:
    if cell is None or cell == "":
        return NONE
    if isinstance(cell, int | float):
        return html.escape(number(cell, lang))
    return f'<bdi dir="auto">{html.escape(str(cell))}</bdi>'


def _way(ways: tuple[str | None, ...], place: int, search: str | None, of: object, lang: str) -> str:
    if not ways:
        return ""
    way = ways[place]
    if way is None:
        return "<td></td>"
    address = html.escape(f"{search}{way}")
    opens = t("insights.behind.open", lang)
    # Read out in a list of links, each says of what it is; that may be a reader's name.
    name = html.escape(f"{opens}: {number(of, lang) if isinstance(of, int | float) else shortened(str(of))}")
    return f'<td><a href="{address}" aria-label="{name}">{html.escape(opens)}</a></td>'
