"""Every JSON answer, and the one shape of every error: {"error": {"code", "message", "fields"}}."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import datetime

from starlette.responses import Response

from dashboard import i18n
from moderation.audit import instant
from moderation.errors import Conflict, Invalid, ModerationError, RateLimited, Unauthenticated, Unavailable
from moderation.roles import SCOPES

STATUS = {
    "invalid": 400,
    "unauthenticated": 401,
    "forbidden": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "stale_version": 409,
    "illegal_transition": 409,
    "claimed_by_other": 409,
    "conflict": 409,
    "too_large": 413,
    "unsupported_type": 415,
    "unknown_host": 421,
    "rate_limited": 429,
    "internal": 500,
    "unavailable": 503,
}
RETRY_WHEN_UNAVAILABLE = 5
# For our own log: which driver's error it was, or which sort of caller is not known; where a file is on this machine.
_INWARD = {"kind", "path"}
# What to do about it: of a code and the first of these fields. A key may be right and the address mistaken; who was
# told that the key is wrong would look for the mistake there.
_TELLING = ("what", "key", "permission", "kind")
_OWN: Mapping[tuple[str, object], str] = {
    ("not_found", "path"): "api.error.not_found.path",
    ("unauthenticated", "session"): "api.error.unauthenticated.session",
    ("unauthenticated", "expired"): "api.error.unauthenticated.over",
    ("unauthenticated", "revoked"): "api.error.unauthenticated.over",
    **{("forbidden", scope.value): "api.error.forbidden.scope" for scope in SCOPES},
}


class TooLarge(ModerationError):
    """The body or the array is over its limit; `high` is the limit, in bytes or items as `field` says."""

    code = "too_large"


class UnsupportedType(ModerationError):
    """The body is not in a form that is read here; `accepted` names the forms."""

    code = "unsupported_type"


class MethodNotAllowed(ModerationError):
    code = "method_not_allowed"


class Internal(ModerationError):
    """A mistake of ours. `id` finds it in the log; nothing else of it leaves the server."""

    code = "internal"


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def answer(content: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(encoded(content), status, headers, "application/json")


def encoded(content: object) -> bytes:
    # A misspelt field's name is echoed and may hold half a surrogate pair, which has no UTF-8.
    return _encode(content).encode("utf-8", "replace")


def problem(error: ModerationError, lang: str) -> Response:
    return answer({"error": shape(error, lang)}, status_of(error), headers_of(error))


def shape(error: ModerationError, lang: str) -> dict[str, object]:
    return {
        "code": error.code,
        "message": message(error, lang),
        "fields": {name: _plain(value) for name, value in error.fields.items() if name not in _INWARD},
    }


def message(error: ModerationError, lang: str) -> str:
    """A sentence without values: those stand in `fields`, where a program finds them and no reader's text can."""
    known = i18n.catalog(lang)
    if isinstance(error, Invalid) and f"api.invalid.{error.reason}" in known:
        return i18n.t(f"api.invalid.{error.reason}", lang)
    if isinstance(error, Conflict | Unavailable):
        own = f"errors.{error.code}.{error.fields.get('what')}"
        if own in known:
            return i18n.t(own, lang)
    what = next((error.fields[name] for name in _TELLING if name in error.fields), None)
    general = f"api.error.{error.code if error.code in STATUS else 'internal'}"
    return i18n.t(_OWN.get((error.code, what), general), lang)


def status_of(error: ModerationError) -> int:
    return STATUS.get(error.code, 500)


def headers_of(error: ModerationError) -> dict[str, str]:
    if isinstance(error, Unauthenticated):
        return {"WWW-Authenticate": 'Bearer realm="taliq"'}
    if isinstance(error, RateLimited):
        return {"Retry-After": str(retry_after(error))}
    if isinstance(error, Unavailable):
        return {"Retry-After": str(RETRY_WHEN_UNAVAILABLE)}
    if isinstance(error, MethodNotAllowed):
        return {"Allow": str(error.fields["allowed"])}
    return {}


def retry_after(error: RateLimited) -> int:
    """Whole seconds, at least one: a client that came back at once would only be refused again."""
    seconds = error.fields.get("retry_after", 1)
    return max(1, math.ceil(seconds)) if isinstance(seconds, int | float) else 1


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return str(value)
