"""Links in a comment, as domains."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice

# What ends the host of a written address. Browsers read a backslash as a slash. Quotes and stops of Arabic end it
# where no more of a host follows, which they would belong to.
_QUOTES = "«»“”‘’„‹›،؛؟۔…"
_OF_HOST = rf"[^\s/\\?#<>\"'()\[\]{_QUOTES}]"
_HOST = rf"(?:{_OF_HOST}|[{_QUOTES}](?={_OF_HOST}*\.)){{1,255}}"
# Arabic is written onto a bare name before and after it («وexample.com»); other letters would be part of the name.
_FOREIGN = "[^\\W\u0620-\u06ff]"
# None that is a word of its own in a language of our readers, as "sa" and "ma" are in French.
_ENDS = (
    "com|net|org|info|biz|io|me|ru|xyz|shop|store|app|top|online|site|club|link|ly|gg|tv|co"
    "|ae|eg|dz|tn|jo|lb|iq|kw|qa|bh"
)
_LINK = re.compile(
    rf"(?:https?://|www\.)({_HOST})"
    rf"|(?=[a-z0-9-])(?<![@.])(?<!{_FOREIGN})((?:[a-z0-9-]{{1,63}}\.){{1,4}}"
    # Countries have "com" below their own ending; a name that a path follows is a link whatever its ending.
    rf"(?:(?:{_ENDS})(?:\.[a-z]{{2}})?(?!{_FOREIGN})|[a-z]{{2,24}}(?=/[a-z0-9])))",
    re.IGNORECASE,
)
# Most comments have a full stop and no link; walking them for one costs as much as scoring them. The pattern begins
# with the stop itself, which is found by a plain search.
_STOP_IN_A_WORD = re.compile(r"\.(?<=\w\.)\w")
_MOST = 20
# What follows a domain, up to where a reader sees the address end.
_REST = re.compile(r"(?::\d+)?(?:[/?#][^\s<>\"'()\[\]]*)?")
_AFTER = ".,;:!?*_~|" + _QUOTES
# Joiners and marks of direction stand around an address in Arabic, and nobody sees them.
_UNSEEN = "\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
_AROUND = _AFTER + _UNSEEN


def domains(text: str) -> tuple[str, ...]:
    """The domains linked to, lower-case, each once."""
    if not _may_link(text):
        return ()
    found = dict.fromkeys(_domain(match) for match in _LINK.finditer(text))
    return tuple(domain for domain in found if domain)


def places(text: str, *, allowed: Sequence[str] = ()) -> list[tuple[int, int]]:
    """Start and end of the links to other domains than those, each with all of its address, in order and apart."""
    if not _may_link(text):
        return []
    found: list[tuple[int, int]] = []
    names = _named(tuple(allowed))
    seen = 0
    for match in _LINK.finditer(text):
        # A link within another's address is part of it.
        if match.start() < seen or not (domain := _domain(match)):
            continue
        rest = _REST.match(text, match.end())
        seen = rest.end() if rest else match.end()
        if not _is_allowed(domain, names):
            found.append((match.start(), match.start() + len(text[match.start() : seen].rstrip(_AROUND))))
    return found


def _may_link(text: str) -> bool:
    return "//" in text or ("." in text and (bool(_STOP_IN_A_WORD.search(text)) or "www." in text.lower()))


def outside(found: Sequence[str], allowed: Sequence[str]) -> tuple[str, ...]:
    """At most 20 of the domains, without those allowed and their subdomains."""
    if not found:
        return ()
    names = _named(tuple(allowed))
    return tuple(islice((domain for domain in found if not _is_allowed(domain, names)), _MOST))


def domain_of(entry: str) -> str:
    """The domain that an entry of the list means, which may be a whole address; empty where it means none."""
    rest = re.sub(r"^[a-z]+://", "", entry.strip(_UNSEEN + " ").lower())
    host = re.split(r"[/\\?#]", rest, maxsplit=1)[0]
    name = host.rpartition("@")[2].partition(":")[0].removeprefix("*").strip(".")
    # «www.com» is a domain of its own.
    short = name.removeprefix("www.")
    return "" if re.search(r"\s", name) else _ascii(short if "." in short else name)


@lru_cache(maxsize=64)
def _named(allowed: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(domain_of, allowed)) - {""}


def _domain(match: re.Match[str]) -> str:
    host = (match.group(1) or match.group(2)).lower().rpartition("@")[2].partition(":")[0].strip(_AROUND)
    return host.removeprefix("www.")


def _is_allowed(domain: str, names: frozenset[str]) -> bool:
    if not names:
        return False
    # A name in other letters takes as long to spell as it has labels, of which a comment's address may have a hundred.
    most = max(name.count(".") for name in names) + 1
    labels = _ascii(".".join(domain.rsplit(".", most)[-most:])).split(".")
    return any(".".join(labels[start:]) in names for start in range(len(labels)))


def _ascii(domain: str) -> str:
    """A name in other letters as the network knows it, however it was written; unchanged where it cannot be one."""
    try:
        return domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain
