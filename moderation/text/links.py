"""Links in a comment, as domains."""

from __future__ import annotations

import re
from collections.abc import Sequence

_LINK = re.compile(
    r"(?:https?://|www\.)([^\s/?#<>\"'()\[\]]{1,255})"
    r"|(?<![\w@.])((?:[a-z0-9-]{1,63}\.){1,4}(?:com|net|org|info|biz|io|me|ru|xyz|shop|top|online|site|club|link|ly|gg|tv|co))\b",
    re.IGNORECASE,
)
_HINT = re.compile(r"\.|//")
_MOST = 20


def domains(text: str, *, allowed: Sequence[str] = ()) -> tuple[str, ...]:
    """The domains linked to, lower-case, each once, at most 20, without those allowed and their subdomains."""
    if not _HINT.search(text):
        return ()
    found = dict.fromkeys(_domain(match) for match in _LINK.finditer(text))
    outside = [domain for domain in found if domain and not _is_allowed(domain, allowed)]
    return tuple(outside[:_MOST])


def _domain(match: re.Match[str]) -> str:
    host = (match.group(1) or match.group(2)).lower().rpartition("@")[2].partition(":")[0].strip(".,;:!؟?،")
    return host.removeprefix("www.")


def _is_allowed(domain: str, allowed: Sequence[str]) -> bool:
    return any(domain == name or domain.endswith("." + name) for name in (entry.lower() for entry in allowed))
