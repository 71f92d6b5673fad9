"""Links in a comment, as domains."""

from __future__ import annotations

import re
from collections.abc import Sequence

_LINK = re.compile(
    r"(?:https?://|www\.)([^\s/?#<>\"'()\[\]]{1,255})"
    r"|(?<![\w@.])((?:[a-z0-9-]{1,63}\.){1,4}(?:com|net|org|info|biz|io|me|ru|xyz|shop|top|online|site|club|link|ly|gg|tv|co))\b",
    re.IGNORECASE,
)
# Most comments have a full stop and no link; walking them for one costs as much as scoring them.
_HINT = re.compile(r"//|www\.|\w\.\w", re.IGNORECASE)
_MOST = 20


def domains(text: str) -> tuple[str, ...]:
    """The domains linked to, lower-case, each once."""
    if not _HINT.search(text):
        return ()
    found = dict.fromkeys(_domain(match) for match in _LINK.finditer(text))
    return tuple(domain for domain in found if domain)


def outside(found: Sequence[str], allowed: Sequence[str]) -> tuple[str, ...]:
    """At most 20 of the domains, without those allowed and their subdomains."""
    return tuple(domain for domain in found if not _is_allowed(domain, allowed))[:_MOST] if found else ()


def _domain(match: re.Match[str]) -> str:
    host = (match.group(1) or match.group(2)).lower().rpartition("@")[2].partition(":")[0].strip(".,;:!؟?،")
    return host.removeprefix("www.")


def _is_allowed(domain: str, allowed: Sequence[str]) -> bool:
    return any(domain == name or domain.endswith("." + name) for name in (entry.lower() for entry in allowed))
