"""Links in a comment, as domains."""

from __future__ import annotations

import re
from collections.abc import Sequence

_LINK = re.compile(
    r"(?:https?://|www\.)([^\s/?#<>\"'()\[\]]{1,255})"
    r"|(?<![\w@.])((?:[a-z0-9-]{1,63}\.){1,4}(?:com|net|org|info|biz|io|me|ru|xyz|shop|top|online|site|club|link|ly|gg|tv|co))\b",
    re.IGNORECASE,
)
# Most comments have a full stop and no link; walking them for one costs as much as scoring them. The pattern begins
# with the stop itself, which is found by a plain search.
_STOP_IN_A_WORD = re.compile(r"\.(?<=\w\.)\w")
_MOST = 20
# What follows a domain, up to where a reader sees the address end.
_REST = re.compile(r"(?::\d+)?(?:[/?#][^\s<>\"'()\[\]]*)?")
_AFTER = ".,;:!؟?،"


def domains(text: str) -> tuple[str, ...]:
    """The domains linked to, lower-case, each once."""
    if not _may_link(text):
        return ()
    found = dict.fromkeys(_domain(match) for match in _LINK.finditer(text))
    return tuple(domain for domain in found if domain)


def places(text: str) -> list[tuple[int, int]]:
    """Start and end of the links, each with all of its address, in order and apart."""
    if not _may_link(text):
        return []
    found: list[tuple[int, int]] = []
    seen = 0
    for match in _LINK.finditer(text):
        # A link within another's address is part of it.
        if match.start() < seen or not _domain(match):
            continue
        rest = _REST.match(text, match.end())
        seen = rest.end() if rest else match.end()
        found.append((match.start(), match.start() + len(text[match.start() : seen].rstrip(_AFTER))))
    return found


def _may_link(text: str) -> bool:
    return "//" in text or ("." in text and (bool(_STOP_IN_A_WORD.search(text)) or "www." in text.lower()))


def outside(found: Sequence[str], allowed: Sequence[str]) -> tuple[str, ...]:
    """At most 20 of the domains, without those allowed and their subdomains."""
    return tuple(domain for domain in found if not _is_allowed(domain, allowed))[:_MOST] if found else ()


def _domain(match: re.Match[str]) -> str:
    host = (match.group(1) or match.group(2)).lower().rpartition("@")[2].partition(":")[0].strip(_AFTER)
    return host.removeprefix("www.")


def _is_allowed(domain: str, allowed: Sequence[str]) -> bool:
    return any(domain == name or domain.endswith("." + name) for name in (entry.lower() for entry in allowed))
