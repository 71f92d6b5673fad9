"""The seats of a hamza: «مسؤول», «مسئول» and «مسءول» are one word, of which folding makes three.

Folding takes the hamza away and leaves its seat, in which Egypt, the Gulf and older print differ. Who looks for a word,
or lists it, means it on any.
"""

from __future__ import annotations

import re
from itertools import product

from moderation.text.normalise import folded

# Folded texts have no combining marks, so that this one says: the letter before it is the seat of a hamza.
HAMZA = "\u0654"
_SEATS = "ويء"
_SEATED = re.compile(f"ؤ|ئ|[ويى]{HAMZA}|ء(?=و)")
_SEAT = re.compile(f"([{_SEATS}]){HAMZA}")
# Folding lets a character for private use be.
_KEPT = "\ue000"
# Each of them three times as many spellings; the rest stay as they are written.
_MOST = 3


def folded_with_seats(text: str) -> str:
    """The folded text, with HAMZA after each seat that might be another."""
    marked = _SEATED.sub(rf"\g<0>{_KEPT}", text.replace(_KEPT, ""))
    return folded(marked).replace(_KEPT, HAMZA)


def spellings(seated: str) -> tuple[str, ...]:
    """What `folded` may make of it, as it was written first; but for three of a letter together, which no word has."""
    pieces = _SEAT.split(seated)
    seats = [(own, *(other for other in _SEATS if other != own)) for own in pieces[1::2]]
    ways = product(*[seat if place < _MOST else seat[:1] for place, seat in enumerate(seats)])
    made = (pieces[0] + "".join(map("".join, zip(way, pieces[2::2], strict=True))) for way in ways)
    # Three of a letter count as one, wherever they come from.
    return tuple(dict.fromkeys(map(folded, made)))
