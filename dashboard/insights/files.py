"""A figure as a file: its picture, or its numbers."""

from __future__ import annotations

from collections.abc import Callable

from dashboard import pictures, spreadsheets
from dashboard.charts import Figure, csv
from dashboard.charts.scope import Scope
from dashboard.i18n import t
from dashboard.insights.tables import rows_of
from dashboard.periods import city

FORMS = {
    "png": "image/png",
    "svg": "image/svg+xml",
    "csv": "text/csv; charset=utf-8",
    "xlsx": spreadsheets.XLSX,
}
PICTURES = ("png", "svg")


def caption(figure: Figure, scope: Scope, site_title: str) -> pictures.Caption:
    lang, zone = scope.lang, scope.period.time_zone
    source = t("insights.source", lang, site=site_title, days=scope.words, city=city(zone, lang))
    return pictures.Caption(
        title=t(f"insights.chart.{figure.name}", lang), note=t(f"insights.note.{figure.name}", lang), source=source
    )


def made(figure: Figure, form: str, scope: Scope, site_title: str) -> bytes:
    """Raises KeyError for an unknown form, ValueError for a picture of a figure without a chart."""
    return _MAKERS[form](figure, scope, site_title)


def sheet(figure: Figure, scope: Scope, site_title: str) -> spreadsheets.Sheet:
    said = caption(figure, scope, site_title)
    return spreadsheets.Sheet(
        name=said.title,
        headings=[str(column) for column in figure.table.columns],
        rows=rows_of(figure),
        about=(said.title, said.note, said.source, *figure.remarks),
    )


def _svg(figure: Figure, scope: Scope, site_title: str) -> str:
    return pictures.svg(figure, caption(figure, scope, site_title), scope.lang)


_MAKERS: dict[str, Callable[[Figure, Scope, str], bytes]] = {
    "png": lambda figure, scope, title: pictures.png(_svg(figure, scope, title)),
    "svg": lambda figure, scope, title: _svg(figure, scope, title).encode(),
    "csv": lambda figure, scope, title: csv(figure.table),
    "xlsx": lambda figure, scope, title: spreadsheets.numbers([sheet(figure, scope, title)], scope.lang),
}
