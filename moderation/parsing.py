"""Untrusted fields into values, or `Invalid` with the field and a code. The HTTP door and the importers share it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from moderation import addresses
from moderation.article import IncomingArticle
from moderation.comment import MAX_BODY, MAX_EMAIL, MAX_ID, MAX_NAME, MAX_TITLE, MAX_URL, Incoming
from moderation.decision import Reason
from moderation.errors import Invalid

COMMENT_FIELDS = (
    "external_id", "article_id", "commenter_id", "body", "article_title", "article_url", "section", "commenter_name",
    "parent_id", "created_at", "commenter_email",
)  # fmt: skip
REQUIRED_FIELDS = COMMENT_FIELDS[:4]
ARTICLE_FIELDS = ("external_id", "title", "url", "section", "published_at")
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
# A site's clock may run a little fast; what lies further ahead is a mistake that would sort above every real comment.
CLOCK_SKEW = timedelta(minutes=5)

# PostgreSQL cannot store NUL, and a lone surrogate is no character at all: both become the visible replacement sign.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# Letters, marks and a symbol that show nothing: a joiner, fillers of Hangul, vowels never written, selectors of
# variants, Braille without a dot.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | {
    chr(code) for codes in (range(0x180B, 0x1810), range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0)) for code in codes
}
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def doubled(pairs: Sequence[tuple[str, object]]) -> str | None:
    """The first key that an object of JSON names a second time: which of its values is meant cannot be known."""
    named: set[str] = set()
    for key, _ in pairs:
        if key in named:
            return key
        named.add(key)
    return None


def incoming(fields: Mapping[str, object], *, now: datetime) -> Incoming:
    known(fields, COMMENT_FIELDS)
    return Incoming(
        external_id=identifier(fields, "external_id"),
        article_id=identifier(fields, "article_id"),
        commenter_id=identifier(fields, "commenter_id"),
        body=body(fields, "body"),
        created_at=moment(fields, "created_at", now=now) or now,
        parent_id=None if _is_absent(fields.get("parent_id")) else identifier(fields, "parent_id"),
        commenter_name=line(fields, "commenter_name", MAX_NAME),
        article_title=line(fields, "article_title", MAX_TITLE),
        article_url=url(fields, "article_url"),
        section=line(fields, "section", MAX_NAME),
        commenter_email=email(fields, "commenter_email"),
    )


def article(fields: Mapping[str, object], *, now: datetime) -> IncomingArticle:
    known(fields, ARTICLE_FIELDS)
    title = line(fields, "title", MAX_TITLE)
    if not title:
        raise Invalid(field="title", reason="missing")
    return IncomingArticle(
        external_id=identifier(fields, "external_id"),
        title=title,
        url=url(fields, "url") or "" if "url" in fields else None,
        section=line(fields, "section", MAX_NAME) or "" if "section" in fields else None,
        published_at=moment(fields, "published_at", now=now),
    )


def known(fields: Mapping[str, object], names: tuple[str, ...]) -> None:
    """A misspelt field must not be dropped in silence."""
    for name in fields:
        if name not in names:
            raise Invalid(field=str(name)[:MAX_ID], reason="unknown_field")


def _is_absent(value: object) -> bool:
    """Also a cell of a table with nothing but space in it."""
    return value is None or (isinstance(value, str) and not value.strip())


def identifier(fields: Mapping[str, object], name: str) -> str:
    """The site's id of a thing: text without control characters, or a whole number."""
    value = fields.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        # Python refuses to print an integer of thousands of digits; a real id is far shorter.
        value = str(value) if abs(value) < 10**MAX_ID else "9" * (MAX_ID + 1)
    if value is None or value == "":
        raise Invalid(field=name, reason="missing")
    if not isinstance(value, str):
        raise Invalid(field=name, reason="wrong_type")
    value = value.strip()
    if not value:
        raise Invalid(field=name, reason="missing")
    if len(value) > MAX_ID:
        raise Invalid(field=name, reason="too_long", high=MAX_ID)
    # What is printable has no control character, and is told so a good deal faster.
    if not value.isprintable() and _CONTROL.search(value):
        raise Invalid(field=name, reason="bad_characters")
    return value


def body(fields: Mapping[str, object], name: str, *, limit: int = MAX_BODY) -> str:
    """A reader's text, kept as written but for what no database can hold; at least one visible character."""
    value = fields.get(name)
    if value is None:
        raise Invalid(field=name, reason="missing")
    if not isinstance(value, str):
        raise Invalid(field=name, reason="wrong_type")
    if len(value) > limit:
        raise Invalid(field=name, reason="too_long", high=limit)
    if not value.isprintable():
        value = _UNSTORABLE.sub("\ufffd", value)
    if not is_visible(value):
        raise Invalid(field=name, reason="empty")
    return value


def is_visible(text: str) -> bool:
    """Whether a reader sees anything of it."""
    # The first character decides in practice; categories C and Z are controls, formats and separators.
    return any(unicodedata.category(one)[0] not in "CZ" and one not in _BLANK for one in text)


def line(fields: Mapping[str, object], name: str, limit: int) -> str | None:
    """One line of text for a name or title; controls become spaces."""
    value = fields.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise Invalid(field=name, reason="wrong_type")
    if len(value) > limit:
        raise Invalid(field=name, reason="too_long", high=limit)
    return plain(value) or None


def plain(text: str) -> str:
    """One line without controls or lone surrogates, which PostgreSQL or a log could not hold."""
    return " ".join((text if text.isprintable() else _CONTROL.sub(" ", text)).split())


def email(fields: Mapping[str, object], name: str) -> str | None:
    """An address in the one spelling in which it is kept and compared, or None where none is given."""
    value = line(fields, name, MAX_EMAIL)
    return None if value is None else addresses.address(value, field=name)


def url(fields: Mapping[str, object], name: str) -> str | None:
    value = line(fields, name, MAX_URL)
    if value is None:
        return None
    if not value.startswith(("https://", "http://")) or " " in value or not _has_host(value):
        raise Invalid(field=name, reason="not_a_url")
    return value


def _has_host(address: str) -> bool:
    try:
        return bool(urlsplit(address).hostname)
    except ValueError:
        return False


def moment(fields: Mapping[str, object], name: str, *, now: datetime) -> datetime | None:
    """ISO 8601; without an offset it is taken as UTC. Kept to the millisecond."""
    value = fields.get(name)
    if _is_absent(value):
        return None
    if not isinstance(value, str):
        raise Invalid(field=name, reason="wrong_type")
    try:
        at = datetime.fromisoformat(value.strip())
        at = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid(field=name, reason="not_a_time") from None
    if at < EARLIEST:
        raise Invalid(field=name, reason="too_old")
    if at > now + CLOCK_SKEW:
        raise Invalid(field=name, reason="in_future")
    return min(at.replace(microsecond=at.microsecond // 1000 * 1000), now)


def reason(fields: Mapping[str, object], name: str) -> Reason:
    value = fields.get(name)
    if value is None or value == "":
        raise Invalid(field=name, reason="missing")
    try:
        return Reason(value)  # type: ignore[arg-type]
    except ValueError:
        raise Invalid(field=name, reason="not_listed") from None
