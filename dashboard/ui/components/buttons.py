"""The desk's buttons as HTML of ours: a row of them is one piece, where Streamlit draws each with a dozen of its own.

A click, or the key that stands for it, tells the server the button's name through keys.js. The server does what that
name stood for when the card was drawn last; a name of a card that has gone stands for nothing.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from dashboard.i18n import direction, t
from dashboard.ui.components import acts, bench
from dashboard.ui.components.keys import Binding


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """`name` is the key of a Streamlit button in all but drawing: unlike any other, and with what it decides on in it.

    `letter` stands on it, `codes` are the physical keys that click it; of a rare one `sign` stands for the label where
    there is a pointer to ask it for its name (a Material Symbol, as Streamlit's icons).
    """

    name: str
    label: str
    call: Callable[[], None]
    letter: str = ""
    codes: tuple[str, ...] = ()
    sign: str = ""
    primary: bool = False
    disabled: bool = False
    decides: bool = False
    lasts: bool = False
    writes: bool = False
    opens: bool = False
    follows: bool = False

    def bindings(self) -> list[Binding]:
        return [
            Binding(
                key=code,
                button=self.name,
                decides=self.decides,
                lasts=self.lasts,
                writes=self.writes,
                opens=self.opens,
                follows=self.follows,
            )
            for code in self.codes
        ]

    def to_html(self) -> str:
        kind = "tq-act tq-primary" if self.primary else "tq-act"
        sign = f'<span class="tq-sign" aria-hidden="true" data-sign="{self.sign}"></span>' if self.sign else ""
        letter = f" <code>{self.letter}</code>" if self.letter else ""
        disabled = " disabled" if self.disabled else ""
        return (
            f'<button type="button" class="{kind}" data-act="{html.escape(self.name)}"{disabled}>{sign}'
            f'<span class="tq-name">{html.escape(self.label)}{letter}</span></button>'
        )


def offer(tab: bench.Bench, found: Iterable[Button]) -> list[Binding]:
    """What they do is remembered with the tab, besides what was offered before; the keys that click them."""
    buttons = list(found)
    tab.acts |= {one.name: one.call for one in buttons if not one.disabled}
    return [binding for one in buttons for binding in one.bindings()]


def row_html(tab: bench.Bench, main: Sequence[Button], rare: Sequence[Button], lang: str) -> str:
    """On a phone the rare ones wait behind one more button, which wider screens do not show."""
    more = Button(name="queue_more", label=t("queue.more_actions", lang), call=acts.turn_more)
    offer(tab, [more] if rare else [])
    folded = "".join(one.to_html() for one in rare)
    folded = f'{more.to_html()}<span class="tq-rare{" tq-open" if tab.more else ""}">{folded}</span>' if rare else ""
    said = "".join(one.to_html() for one in main)
    return f'<div class="tq-buttons" dir="{direction(lang)}" lang="{lang}">{said}{folded}</div>'
