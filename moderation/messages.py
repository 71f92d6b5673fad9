"""The desk's words to commenters, with a commenter's name and the article's title in their places."""

from __future__ import annotations

import re

_PLACE = re.compile(r"\{(?:name|article)\}")


def fill_in(template: str, *, name: str, article: str) -> str:
    # In one go: a reader who is called {article} is not filled in himself.
    given = {"{name}": name, "{article}": article}
    said = _PLACE.sub(lambda place: given[place[0]], template)
    # Who has no name is not addressed by the comma after it.
    return said if name.strip() else said.lstrip(" ،,")


def has_places(template: str) -> bool:
    return _PLACE.search(template) is not None
