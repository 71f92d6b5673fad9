"""Tables for reading: in the page's direction, as wide as the page, and a list of blocks on a phone."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

from dashboard.i18n import direction

STYLE = """<style>
.tq-table{width:100%;border-collapse:collapse;font-size:.875rem}
.tq-table th,.tq-table td{text-align:start;vertical-align:top;padding:.4rem .6rem;
 border-bottom:1px solid var(--tq-line,rgba(128,128,128,.25));overflow-wrap:anywhere}
.tq-table th{font-weight:600;opacity:.75;white-space:nowrap}
.tq-table td:first-child{white-space:nowrap;overflow-wrap:normal}
@media (max-width:900px){.tq-table th{white-space:normal;overflow-wrap:break-word}
 .tq-table td:first-child{white-space:normal}}
@media (max-width:640px){.tq-table thead{display:none}.tq-table tr{display:block;padding:.5rem 0;
 border-bottom:1px solid var(--tq-line,rgba(128,128,128,.35))}.tq-table td{display:flex;gap:.6rem;border:0;
 padding:.15rem 0}.tq-table td::before{content:attr(data-label);flex:0 0 6.5rem;opacity:.7}
 .tq-table td:first-child{white-space:normal;overflow-wrap:anywhere}.tq-table td:has(>span:empty){display:none}}
</style>"""


def table_html(headings: Sequence[str], rows: Iterable[Sequence[str]], lang: str) -> str:
    """Headings are plain text; cells are HTML, escaped by whoever made them."""
    names = [html.escape(heading) for heading in headings]
    head = "".join(f'<th scope="col">{name}</th>' for name in names)
    body = "".join(f"<tr>{_cells(names, row)}</tr>" for row in rows)
    return (
        f'{STYLE}<table class="tq-table" dir="{direction(lang)}" lang="{lang}"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def _cells(names: Sequence[str], row: Sequence[str]) -> str:
    return "".join(f'<td data-label="{name}"><span>{cell}</span></td>' for name, cell in zip(names, row, strict=True))
