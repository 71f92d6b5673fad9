"""The earlier comments that a ban takes along: how many and which, a bar meanwhile, and then the ways on and back.

The ban and its sweep are two things, and so is the way back from each.
"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from dashboard.i18n import direction, isolated, plural, t
from dashboard.ui import state
from dashboard.ui.components import many, measures
from dashboard.ui.components.problems import notice_html, sentence
from dashboard.ui.components.untrusted import plain_line
from moderation.decision import Outcome, Reason
from moderation.search import BatchResult, LeftOut
from moderation.service import batches, broad, commenters, search
from moderation.service.batches import Progress
from moderation.service.sweeping import Sweep

_ASKED, _SWEPT = "sweep_asked", "sweep_swept"
_SAMPLE, _SAMPLE_OF_EACH = 5, 2
Find = Callable[[], Mapping[str, Sweep]]
Act = Callable[["Swept", str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What one panel swept, by its key. `find` gives what there is to sweep now, by site.

    `name`: of whom, where the panel may be of somebody else by now. `made`: the batches with their sites, oldest first;
    `more`: whether the last ones had no room for all.
    """

    key: str
    name: str
    find: Find
    reason: Reason
    note: str
    made: tuple[tuple[str, BatchResult], ...] = ()
    more: bool = False


def of_commenter(site: str, commenter_id: int) -> Find:
    return partial(_of_commenter, site, commenter_id)


def _of_commenter(site: str, commenter_id: int) -> Mapping[str, Sweep]:
    found = commenters.to_sweep(state.desk(), state.caller(), commenter_id, site=site)
    return {site: found} if found.chosen else {}


def of_domain(domain: str, site: str, *, everywhere: bool) -> Find:
    return partial(_of_domain, domain, site, everywhere)


def _of_domain(domain: str, site: str, everywhere: bool) -> Mapping[str, Sweep]:
    return broad.to_sweep(state.desk(), state.caller(), domain, site=site, everywhere=everywhere)


def choose(find: Find, words: str, lang: str, *, key: str) -> bool:
    """Whether the ban takes them along. Says how many there are, and shows some of them once they are chosen."""
    found = find()
    size = _size(found)
    if not size:
        return False
    more = _is_more(found)
    label = t(f"{words}.sweep.most", lang, most=size) if more else plural(f"{words}.sweep", size, lang)
    chosen = st.checkbox(label, key=f"{key}_sweep")
    if chosen:
        if more:
            st.caption(t("sweep.more", lang))
        st.html(_samples_html(found, lang))
    return chosen


def _size(found: Mapping[str, Sweep]) -> int:
    return sum(len(one.chosen) for one in found.values())


def _is_more(found: Mapping[str, Sweep]) -> bool:
    return any(one.more for one in found.values())


def _samples_html(found: Mapping[str, Sweep], lang: str) -> str:
    several = len(found) > 1
    shown = []
    for name, one in found.items():
        ids = [each.comment_id for each in one.chosen]
        size = _SAMPLE_OF_EACH if several else _SAMPLE
        rows = search.sample(state.desk(), state.caller(), ids, site=name, size=size)
        head = f'<p dir="{direction(lang)}" lang="{lang}">{html.escape(_title(name))}</p>' if several else ""
        shown.append(head + many.sample_html(rows, len(ids), lang, blurs=state.blurs()))
    return "".join(shown)


def _title(name: str) -> str:
    title = next((one.title for one in state.sites() if one.name == name), name)
    return isolated(plain_line(title, limit=60))


def ask(key: str, find: Find, *, reason: Reason, note: str, name: str = "") -> None:
    """To be done once the panel is drawn: what a click calls has no place to draw at."""
    _ask(_reject, Swept(key=key, name=name, find=find, reason=reason, note=note))


def _ask(act: Act, swept: Swept) -> None:
    st.session_state[_ASKED] = (act, swept)


def draw(key: str, lang: str) -> None:
    """Does what was asked for in the panel of this key; tells what came of it, and of the measure."""
    act, asked = st.session_state.pop(_ASKED, (None, None))
    if act is not None and asked.key == key:
        act(asked, lang)
    measures.told()
    swept: Swept | None = st.session_state.get(_SWEPT)
    if swept is not None and swept.key == key:
        _told(swept, lang)


def _reject(swept: Swept, lang: str) -> None:
    """A batch for each site, and one bar for all."""
    found = swept.find()
    swept, size, done = replace(swept, more=_is_more(found)), _size(found), 0
    with many.bar(lang) as told:
        try:
            for name, sweep in found.items():
                result = batches.decide_many(
                    state.desk(),
                    state.caller(),
                    sweep.chosen,
                    Outcome.REJECT,
                    site=name,
                    reasons=[swept.reason],
                    note=swept.note,
                    progress=_after(told, done, size),
                )
                swept, done = replace(swept, made=(*swept.made, (name, result))), done + len(sweep.chosen)
        except Exception as error:
            measures.tell("error", sentence(error, lang))
        else:
            if not found:
                measures.tell("done", plural("search.done.reject", 0, lang))
        st.session_state[_SWEPT] = swept if swept.made else None


def _undo(swept: Swept, lang: str) -> None:
    """All its batches, the last one first."""
    made = [one for one in swept.made if one[1].decided]
    size, done = sum(result.decided for _, result in made), 0
    undone, left = 0, Counter[LeftOut]()
    with many.bar(lang) as told:
        try:
            while made:
                # Taken off first: what cannot be taken back once must not stand in the way of the others.
                _, result = made.pop()
                given = (state.desk(), state.caller(), result.batch_id)
                back = batches.undo_batch(*given, progress=_after(told, done, size))
                undone, left, done = undone + back.decided, left + Counter(back.left_out), done + result.decided
        except Exception as error:
            measures.tell("error", sentence(error, lang))
        if done:
            result = BatchResult(batch_id=0, decided=undone, left_out=left)
            measures.tell("done", many.said("search.undone", result, lang))
        st.session_state[_SWEPT] = replace(swept, made=tuple(made)) if made else None


def _after(told: Progress, before: int, size: int) -> Progress:
    """For a batch before which so many of all were done."""
    return lambda done, _: told(before + done, size)


def _told(swept: Swept, lang: str) -> None:
    apart = f"<p>{html.escape(t('sweep.apart', lang))}</p>"
    of_whom = f"{isolated(plain_line(swept.name))} — " if swept.name else ""
    st.html(notice_html("done", of_whom + _said(swept.made, lang), extra=apart))
    if any(result.decided for _, result in swept.made):
        name, key = t("sweep.undo", lang), f"{swept.key}_sweep_undo"
        st.button(name, key=key, icon=":material/undo:", on_click=_ask, args=(_undo, swept))
    rest = swept.find() if swept.more else {}
    if size := _size(rest):
        left = t("sweep.left.most", lang, most=size) if _is_more(rest) else plural("sweep.left", size, lang)
        st.html(notice_html("warning", left))
        name, key = plural("sweep.rest", size, lang), f"{swept.key}_sweep_rest"
        st.button(name, key=key, on_click=_ask, args=(_reject, swept))


def _said(made: Sequence[tuple[str, BatchResult]], lang: str) -> str:
    """All that was rejected on each site, and what the last batch there left out."""
    by_site: dict[str, BatchResult] = {}
    for name, result in made:
        before = by_site[name].decided if name in by_site else 0
        by_site[name] = replace(result, decided=before + result.decided)
    said = {name: many.said("search.done.reject", result, lang) for name, result in by_site.items()}
    if len(said) == 1:
        return next(iter(said.values()))
    return " ".join(f"{_title(name)}: {what}" for name, what in said.items())
