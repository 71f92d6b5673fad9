"""What every act on many comments has: some of them shown before it, a bar while it lasts, words for what it did."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import streamlit as st
from streamlit.runtime.scriptrunner import RerunException, StopException

from dashboard.i18n import direction, plural, t
from dashboard.ui.components.untrusted import html_line
from dashboard.ui.components.veil import veiled
from moderation.search import BatchResult, Found, LeftOut
from moderation.service.batches import Progress


def sample_html(rows: Sequence[Found], size: int, lang: str, *, blurs: bool) -> str:
    """Some of those that are chosen, so that one sees what is swept in."""
    lines = (html_line(row.comment.body, limit=120) for row in rows)
    items = "".join(f"<li>{veiled(line, blurs, tag='span')}</li>" for line in lines)
    more = size - len(rows)
    rest = f"<li>{html.escape(plural('queue.more', more, lang))}</li>" if more > 0 else ""
    return f'<ul class="tq-sample" dir="{direction(lang)}" lang="{lang}">{items}{rest}</ul>'


@contextmanager
def bar(lang: str) -> Iterator[Progress]:
    """For as long as the work within lasts. A click elsewhere, which ends a script as it draws, waits for its end."""
    drawn = st.progress(0.0, text=t("search.working", lang))
    ended: list[RerunException | StopException] = []

    def told(done: int, of: int) -> None:
        if ended:
            return
        try:
            drawn.progress(done / of, text=t("search.working.of", lang, done=done, of=of))
        except (RerunException, StopException) as end:
            ended.append(end)

    yield told
    if ended:
        raise ended[0]
    drawn.empty()


def said(key: str, result: BatchResult, lang: str) -> str:
    """How many were decided, and how many were left out for which reasons."""
    parts = [plural(key, result.decided, lang)]
    parts += [plural(f"search.left.{why}", result.left_out[why], lang) for why in LeftOut if result.left_out.get(why)]
    return " ".join(parts)
