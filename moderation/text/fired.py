"""Where a text has what a rule of the policy fired on: words of the newsroom's lists, and links."""

from __future__ import annotations

from typing import NamedTuple

from moderation.decision import Cause, Decision
from moderation.text import links, words


class Fired(NamedTuple):
    """`text[start:end]` of the original."""

    start: int
    end: int
    cause: Cause


def fired(text: str, decision: Decision) -> list[Fired]:
    """One cause after another, those of each in the text's order and apart.

    The policy tells how many domains it did not know and not which, so all links of a text are named.
    """
    found: list[Fired] = []
    for cause in (Cause.BANNED_WORD, Cause.SUSPECT_WORD):
        entries = decision.detail.get(cause)
        if isinstance(entries, list | tuple) and entries:
            found += [Fired(start, end, cause) for start, end in words.places(text, map(str, entries))]
    if Cause.LINK in decision.causes:
        found += [Fired(start, end, Cause.LINK) for start, end in links.places(text)]
    return found
