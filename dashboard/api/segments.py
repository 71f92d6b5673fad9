"""A site's own id as one percent-encoded segment of a path, so that it may hold slashes."""

from __future__ import annotations

from urllib.parse import quote, unquote_to_bytes

from starlette.requests import Request

from moderation import parsing
from moderation.errors import Invalid, NotFound


def known_id(external_id: str, name: str = "external_id") -> str:
    return parsing.identifier({name: external_id}, name)


def beyond(request: Request, prefix: str) -> bytes:
    """What follows the prefix in the path as sent: only there is %2F no separator."""
    sent: bytes = request.scope.get("raw_path") or quote(request.scope["path"]).encode()
    return sent.partition(b"?")[0].removeprefix(prefix.encode())


def segment(encoded: bytes) -> str:
    try:
        external_id = unquote_to_bytes(encoded).decode("utf-8")
    except UnicodeDecodeError:
        raise Invalid(field="external_id", reason="not_utf8") from None
    if not external_id:
        raise NotFound(what="path")
    return external_id
