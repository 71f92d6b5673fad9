"""Bodies of programs, read up to a limit and taken strictly: bytes, gzip and JSON that are wrong in any way say how.

`field` is `$` for the body as a whole, as in JSONPath.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from email.message import Message

from starlette.requests import Request

from dashboard.api.answers import TooLarge, UnsupportedType
from moderation.comment import MAX_ID
from moderation.errors import Invalid
from moderation.parsing import doubled

MAX_BYTES = 8 * 1024 * 1024
# What packs in blocks writes one member for some 64 kB.
MAX_MEMBERS = 256
ROOT = "$"
_BOM = b"\xef\xbb\xbf"
_CHARSETS = {"", "utf-8", "utf8"}
# More digits than any id has; Python itself refuses to read some thousands of them, which would spoil a whole array.
_LONG_NUMBER = MAX_ID + 10


class Doubled(dict[str, object]):
    """An object that named a key twice: which of the two values was meant cannot be known."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key


async def read(request: Request) -> tuple[bytes, bool]:
    """The body as sent, at most `MAX_BYTES`, and whether it is gzip."""
    gzipped = _check_form(request)
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared[:20]) > MAX_BYTES:
        raise TooLarge(field=ROOT, high=MAX_BYTES)
    return await limited(request, MAX_BYTES), gzipped


async def limited(request: Request, limit: int) -> bytes:
    """What arrives is counted, whatever was declared."""
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise TooLarge(field=ROOT, high=limit)
        chunks.append(chunk)
    return b"".join(chunks)


def _check_form(request: Request) -> bool:
    said = Message()
    said["Content-Type"] = request.headers.get("content-type", "")
    if said.get_content_type() != "application/json" or said.get_content_charset("") not in _CHARSETS:
        raise UnsupportedType(field="Content-Type", accepted="application/json; charset=utf-8")
    coding = request.headers.get("content-encoding", "identity").strip().lower()
    if coding not in ("identity", "", "gzip", "x-gzip"):
        raise UnsupportedType(field="Content-Encoding", accepted="gzip")
    return coding.endswith("gzip")


def parse(body: bytes, *, gzipped: bool = False) -> object:
    """One JSON value. An object with a key twice comes back as `Doubled`, so that it spoils only itself."""
    if gzipped:
        body = _inflated(body)
    try:
        text = body.removeprefix(_BOM).decode("utf-8")
    except UnicodeDecodeError:
        raise Invalid(field=ROOT, reason="not_utf8") from None
    if not text.strip():
        raise Invalid(field=ROOT, reason="empty")
    try:
        return _decode(text)
    except RecursionError:
        raise Invalid(field=ROOT, reason="too_deep") from None
    except ValueError:
        raise Invalid(field=ROOT, reason="not_json") from None


def record(value: object) -> dict[str, object]:
    """The value as an object whose keys are all different."""
    if isinstance(value, Doubled):
        raise Invalid(field=value.key[:MAX_ID], reason="duplicate_key")
    if not isinstance(value, dict):
        raise Invalid(field=ROOT, reason="wrong_type")
    return value


def _inflated(body: bytes) -> bytes:
    """All members of a gzip file, stopping at the limit however small the bomb was packed."""
    parts, size, members = [], 0, 0
    while body:
        # Each is followed by a copy of all that comes after it, and eight megabytes have room for 400,000 empty ones.
        members += 1
        if members > MAX_MEMBERS:
            raise Invalid(field=ROOT, reason="bad_gzip")
        stream = zlib.decompressobj(wbits=31)
        try:
            part = stream.decompress(body, MAX_BYTES - size + 1)
        except zlib.error:
            raise Invalid(field=ROOT, reason="bad_gzip") from None
        size += len(part)
        if size > MAX_BYTES:
            raise TooLarge(field=ROOT, high=MAX_BYTES)
        if not stream.eof:
            raise Invalid(field=ROOT, reason="truncated_gzip")
        parts.append(part)
        body = stream.unused_data
    return b"".join(parts)


def _pairs(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    key = doubled(pairs)
    return dict(pairs) if key is None else Doubled(key)


def _integer(digits: str) -> int:
    return int(digits[:_LONG_NUMBER])


def _not_json(constant: str) -> object:
    raise ValueError(constant)


_decode = json.JSONDecoder(object_pairs_hook=_pairs, parse_int=_integer, parse_constant=_not_json).decode
