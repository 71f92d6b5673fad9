"""E-mail addresses and their domains, in the one spelling in which they are kept and compared."""

from __future__ import annotations

import re

from moderation.comment import MAX_EMAIL
from moderation.errors import Invalid

MAX_DOMAIN = 253
# RFC 5321's dot-string with the letters of RFC 6531; quoted local parts exist on paper alone.
_LOCAL = re.compile(r"[^\s@<>()\[\],;:\\\"]{1,64}")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def address(text: str, *, field: str) -> str:
    """Lower case, the domain in its ASCII form. Raises Invalid `not_an_email`, which quotes nothing of it."""
    local, at, host = text.strip().lower().rpartition("@")
    domain = _ascii(host)
    if not at or domain is None or not _LOCAL.fullmatch(local) or len(local) + len(domain) >= MAX_EMAIL:
        raise Invalid(field=field, reason="not_an_email")
    return f"{local}@{domain}"


def domain(text: str, *, field: str) -> str:
    """A domain, also as `@example.com`. Raises Invalid `not_a_domain`."""
    found = _ascii(text.strip().lower().removeprefix("@").removesuffix("."))
    if found is None:
        raise Invalid(field=field, reason="not_a_domain")
    return found


def domain_of(given: str) -> str:
    return given.rpartition("@")[2]


def above(given: str) -> tuple[str, ...]:
    """The domain itself and those above it that have a dot, so that a measure against one reaches what is below it."""
    labels = given.split(".")
    return tuple(".".join(labels[start:]) for start in range(len(labels) - 1))


def _ascii(host: str) -> str | None:
    try:
        found = host.encode("idna").decode("ascii") if not host.isascii() else host
    except UnicodeError:
        return None
    labels = found.split(".")
    # A last label of digits is an IP address, which no reader's mail has.
    fits = len(found) <= MAX_DOMAIN and len(labels) > 1 and not labels[-1].isdecimal()
    return found if fits and all(_LABEL.fullmatch(label) for label in labels) else None
