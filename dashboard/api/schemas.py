"""The JSON of the HTTP interface as JSON Schema, with its words and limits taken from the core."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from dashboard.api.answers import STATUS
from dashboard.api.comments import MAX_ITEMS, MAX_NOTE
from dashboard.i18n import LANGUAGES
from moderation.appeal import MAX_TEXT, AppealStatus
from moderation.comment import MAX_BODY, MAX_EMAIL, MAX_ID, MAX_NAME, MAX_TITLE, MAX_URL, Status
from moderation.decision import Cause, Outcome, Reason
from moderation.measure import MeasureKind
from moderation.parsing import CLOCK_SKEW, EARLIEST
from moderation.score import LABELS
from moderation.service.picks import LISTED

# What a field or a body can be refused for; `api.invalid.<reason>` in the catalogs has its sentence.
REASONS = (
    "another_log", "bad_characters", "bad_gzip", "beyond_the_log", "duplicate_key", "empty", "in_future", "missing",
    "no_valid_item", "not_a_cursor", "not_a_number", "not_a_time", "not_a_url", "not_an_email", "not_json",
    "not_listed", "not_utf8", "out_of_range", "too_deep", "too_long", "too_many", "too_old", "truncated_gzip",
    "unknown_field", "wrong_type",
)  # fmt: skip


def _words(words: Iterable[StrEnum | str]) -> dict[str, Any]:
    return {"type": "string", "enum": [str(word) for word in words]}


def _text(limit: int, **more: object) -> dict[str, Any]:
    return {"type": "string", "maxLength": limit, **more}


def _object(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def _list(items: dict[str, Any], **more: object) -> dict[str, Any]:
    return {"type": "array", "items": items, **more}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


_ID_OF_SITE = {
    "description": "The site's own id: text without control characters, or a whole number."
    " Space and line breaks around it are left out.",
    "oneOf": [_text(MAX_ID, minLength=1), {"type": "integer"}],
}
_NULLABLE_ID = {"oneOf": [_text(MAX_ID), {"type": "integer"}, {"type": "null"}]}
_PARENT = "The comment that this one answers. Where that comes later, this one joins its thread then."
_ID = {"type": "string", "pattern": "^[0-9]+$", "description": "Taliq's id, as text."}
# Without what follows the point it is one of an earlier version's.
CURSOR = r"^[0-9]{1,19}(\.[0-9a-f]{16})?$"
_CURSOR = {"type": "string", "pattern": CURSOR, "description": "How far the record was read, and of which record."}
_TIME = {"type": "string", "format": "date-time"}
_TIME_OR_NULL = {
    "type": ["string", "null"],
    "description": f"ISO 8601; without an offset it is UTC. From {EARLIEST.year} on, and at most"
    f" {CLOCK_SKEW.seconds // 60} minutes ahead of the desk's clock: what is ahead of it becomes its now.",
}
_PROBABILITY = {"type": "number", "minimum": 0, "maximum": 1}
_COUNT = {"type": "integer", "minimum": 0}
_VERSION = {
    "type": "integer",
    "minimum": 1,
    "description": "Of the comment, as told; it grows with what is told, so that what comes late is known by it.",
}
_REFUSED_ITEM = _object({"error": _ref("Problem")})


def _optional(limit: int) -> dict[str, Any]:
    return {"type": ["string", "null"], "maxLength": limit}


def _receipt() -> dict[str, Any]:
    return _object(
        {
            "external_id": {"type": "string"},
            "id": _ID,
            "created": {"type": "boolean", "description": "Whether this call made it."},
            "status": _words(Status),
            "outcome": _words(Outcome),
            "causes": _list(_words(Cause), minItems=1),
            "reasons": _list(_words(Reason)),
            "scores": {"oneOf": [_ref("Scores"), {"type": "null"}]},
            "reject": {
                "type": ["number", "null"],
                "minimum": 0,
                "maximum": 1,
                "description": "The probability that a moderator would reject it, for whichever reason.",
            },
            "model": {"type": ["string", "null"], "description": "The version of the classifier that gave the scores."},
            "policy": {"type": ["integer", "null"], "description": "The policy that decided; null when a person did."},
            "language": {"type": "string"},
            "version": _VERSION,
            "revision": {"type": "integer", "minimum": 1},
            "created_at": _TIME,
        }
    )


def _results(error: bool) -> dict[str, Any]:
    whole = {
        "results": _list(_REFUSED_ITEM if error else {"oneOf": [_ref("Receipt"), _REFUSED_ITEM]}, maxItems=MAX_ITEMS),
        "created": _COUNT,
        "repeated": _COUNT,
        "invalid": _COUNT,
    }
    return _object({**whole, "error": _ref("Problem")} if error else whole)


SCHEMAS: dict[str, Any] = {
    "Comment": _object(
        {
            "external_id": _ID_OF_SITE,
            "article_id": _ID_OF_SITE,
            "commenter_id": _ID_OF_SITE,
            "body": _text(MAX_BODY, minLength=1, description="As the reader wrote it; at least one visible character."),
        },
        {
            "article_title": _optional(MAX_TITLE),
            "article_url": _optional(MAX_URL),
            "section": _optional(MAX_NAME),
            "commenter_name": _optional(MAX_NAME),
            "commenter_email": _optional(MAX_EMAIL),
            "parent_id": _NULLABLE_ID | {"description": _PARENT},
            "created_at": _TIME_OR_NULL,
        },
    ),
    "Edit": _object({"body": _text(MAX_BODY, minLength=1)}, {"edited_at": _TIME_OR_NULL}),
    "Report": _object({"reporter_id": _ID_OF_SITE, "reason": _words(Reason)}, {"note": _optional(MAX_NOTE)}),
    "Article": _object(
        {"external_id": _ID_OF_SITE, "title": _text(MAX_TITLE, minLength=1)},
        {"url": _optional(MAX_URL), "section": _optional(MAX_NAME), "published_at": _TIME_OR_NULL},
    ),
    "StoredArticle": _object(
        {
            "external_id": {"type": "string"},
            "id": _ID,
            "created": {"type": "boolean"},
            "title": {"type": "string"},
            "url": {"type": "string"},
            "section": {"type": "string"},
            "published_at": {"type": ["string", "null"], "format": "date-time"},
        }
    ),
    "Commenter": _object(
        {
            "external_id": {"type": "string"},
            "id": _ID,
            "name": {"type": "string"},
            "standing": {"oneOf": [_ref("Measure"), {"type": "null"}]},
            "measures": _list(_ref("Measure")),
        }
    ),
    "Measure": _object(
        {
            "id": _ID,
            "kind": _words(MeasureKind),
            "reason": _words(Reason),
            "starts_at": _TIME,
            "until": _TIME | {"type": ["string", "null"]},
            "lifted_at": _TIME | {"type": ["string", "null"]},
        }
    ),
    "Scores": _object({label.value: _PROBABILITY for label in LABELS}),
    "Receipt": _receipt(),
    "Results": _results(error=False),
    "RefusedResults": _results(error=True),
    "Decision": _object(
        {
            "cursor": _CURSOR,
            "external_id": {"type": "string"},
            "comment_id": _ID,
            "status": _words(Status),
            "outcome": _words(Outcome),
            "reasons": _list(_words(Reason)),
            "actor_kind": {"type": "string", "description": "`policy` is a machine; any other is a person's role."},
            "version": _VERSION,
            "decided_at": _TIME,
            "message": {
                "type": "string",
                "description": "To the commenter, from the moderator; may be empty.",
            },
            "answers_appeal": {"type": "boolean"},
        }
    ),
    "NewAppeal": _object({"text": _text(MAX_TEXT, minLength=1, description="Why, in the commenter's own words.")}),
    "Appeal": _object(
        {
            "id": _ID,
            "status": _words(AppealStatus),
            "lodged_at": _TIME,
            "answered_at": _TIME | {"type": ["string", "null"]},
            "reasons": _list(_words(Reason)),
            "message": {"type": "string"},
        }
    ),
    "Notice": _object(
        {
            "external_id": {"type": "string"},
            "comment_id": _ID,
            "outcome": _words(Outcome),
            "reasons": _list(_words(Reason)),
            "automated": {"type": "boolean", "description": "Whether the policy decided and no person."},
            "decided_at": _TIME,
            "message": {"type": "string"},
            "language": _words(LANGUAGES),
            "text": {"type": "string", "description": "All of it as plain text, in the site's language."},
            "appeal_until": _TIME | {"type": ["string", "null"]},
            "appeal": {"oneOf": [_ref("Appeal"), {"type": "null"}]},
        }
    ),
    "Decisions": _object({"items": _list(_ref("Decision")), "cursor": _CURSOR, "more": {"type": "boolean"}}),
    "Erasures": _object(
        {
            "items": _list(
                _object({"cursor": _CURSOR, "external_id": {"type": "string"}, "comment_id": _ID, "erased_at": _TIME})
            ),
            "cursor": _CURSOR,
            "more": {"type": "boolean"},
        }
    ),
    "Picks": _object(
        {
            "items": _list(
                _object({"external_id": {"type": "string"}, "comment_id": _ID, "picked_at": _TIME}), maxItems=LISTED
            )
        }
    ),
    "Problem": _object(
        {
            "code": _words(STATUS),
            "message": {"type": "string", "description": "For people; may change."},
            "fields": {
                "type": "object",
                "properties": {
                    "field": {"type": "string", "description": "`$` is the body as a whole."},
                    "reason": _words(REASONS),
                    "permission": {"type": "string", "description": "With `forbidden`: the scope that is missing."},
                    "key": {"type": "string", "enum": ["expired", "revoked"], "description": "With `unauthenticated`."},
                    "index": {"type": "integer", "description": "The item's place in the array, from 0."},
                    "low": {"type": "integer", "description": "The least number that is taken."},
                    "high": {
                        "type": "integer",
                        "description": "The greatest number, length or size that is taken: of a text in characters, of"
                        " a body in bytes, of an array in items.",
                    },
                    "accepted": {"type": "string", "description": "With `unsupported_type`: what is read here."},
                    "allowed": {"type": "string", "description": "With `method_not_allowed`: as in `Allow`."},
                    "what": {
                        "type": "string",
                        "description": "With `not_found`: what there is none of, such as `comment` or `notice`. With"
                        " `conflict`: why not, such as `appeal_late`. With `unavailable`: what failed, such as"
                        " `disk_full`, `gone` or `stopping`.",
                    },
                    "status": {"description": "With `illegal_transition`: the comment's.", **_words(Status)},
                    "retry_after": {"type": "number", "description": "With `rate_limited`: seconds, not rounded up."},
                    "id": {"type": "string", "description": "With `internal`: it finds the mistake in the log."},
                },
            },
        }
    ),
    "Error": _object({"error": _ref("Problem")}),
    "Health": _object(
        {"status": _words(["ok", "ready"])},
        {"clock_behind_seconds": {"type": "integer", "description": "Behind the newest event on record; see to it."}},
    ),
}
