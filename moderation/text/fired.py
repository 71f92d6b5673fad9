"""Where a text has what a rule of the policy fired on: words of the newsroom's lists, and links."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from moderation.decision import Cause, Decision
from moderation.text import links, words


class Fired(NamedTuple):
    """`text[start:end]` of the original."""

    start: int
    end: int
    cause: Cause


def fired(text: str, decision: Decision, *, allowed: Sequence[str] = ()) -> list[Fired]:
    """One cause after another, those of each in the text's order and apart.

    A decision tells how many domains the policy did not know and not which: `allowed` are those that it knew. Where no
    other is found, as none may be by a list that was read otherwise then, all links of a text are named.
    """
    found: list[Fired] = []
    for cause in (Cause.BANNED_WORD, Cause.SUSPECT_WORD):
        entries = decision.detail.get(cause)
        if isinstance(entries, list | tuple) and entries:
            found += [Fired(start, end, cause) for start, end in words.places(text, map(str, entries))]
    if Cause.LINK in decision.causes:
        places = links.places(text, allowed=allowed) or links.places(text)
        found += [Fired(start, end, Cause.LINK) for start, end in places]
    return found
