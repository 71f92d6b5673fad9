"""The OpenAPI 3.1 document of the HTTP interface. Tests hold every answer against it."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from dashboard.api import comments, decisions, strict
from dashboard.api.schemas import CURSOR, SCHEMAS
from moderation.roles import Permission

_JSON = "application/json"
_ERRORS = {
    "400": "The body or a parameter cannot be accepted; `fields` names the field and the reason.",
    "401": "No key, or one that is not known; `fields.key` says if it is `expired` or `revoked`.",
    "403": "The key was not issued for this; `fields.permission` names the scope that is missing.",
    "404": "Nothing of that id.",
    "409": "The comment is in a state that does not allow it: its author has deleted it, or it is not rejected.",
    "413": f"More than {strict.MAX_BYTES} bytes (after unpacking), or more than {comments.MAX_ITEMS} comments.",
    "415": "The body is not `application/json`, or it is packed in another way than gzip.",
    "421": "The desk does not go by the name in `Host`; TALIQ_ALLOWED_HOSTS lists its names.",
    "429": "Over the rate of this key; `Retry-After` says when to come back.",
    "500": "A mistake of the server; `fields.id` finds it in its log.",
    "503": "The database does not answer, and nothing was stored; or (`fields.what` is `stopping`) the desk is being"
    " stopped. Send it again: what is stored already is not stored twice.",
}
SCOPE_OF = {
    "submitComments": Permission.COMMENTS_SUBMIT,
    "editComment": Permission.COMMENTS_SUBMIT,
    "replaceComment": Permission.COMMENTS_SUBMIT,
    "withdrawComment": Permission.COMMENTS_SUBMIT,
    "reportComment": Permission.COMMENTS_SUBMIT,
    "lodgeAppeal": Permission.COMMENTS_SUBMIT,
    "lookUpComment": Permission.COMMENTS_FOLLOW,
    "noticeOfRejection": Permission.COMMENTS_FOLLOW,
    "lookUpAppeal": Permission.COMMENTS_FOLLOW,
    "lookUpCommenter": Permission.STANDING_READ,
    "saveArticle": Permission.ARTICLES_SAVE,
    "listDecisions": Permission.DECISIONS_READ,
    "listErasures": Permission.DECISIONS_READ,
    "listPicks": Permission.PICKS_READ,
}
_SINCE = [
    {
        "name": "after",
        "in": "query",
        "schema": {"type": "string", "pattern": CURSOR, "default": "0"},
        "description": "The cursor of the last call; 0 is the beginning.",
    },
    {
        "name": "limit",
        "in": "query",
        "schema": {
            "type": "integer",
            "minimum": 1,
            "maximum": decisions.MAX_LIMIT,
            "default": decisions.DEFAULT_LIMIT,
        },
    },
]
_COMMON = ("401", "403", "421", "429", "500", "503")
_SECONDS = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}}
_HEADERS = {
    "401": {"WWW-Authenticate": {"schema": {"type": "string"}, "description": "`Bearer`, in the desk's realm."}},
    "429": _SECONDS,
    "503": _SECONDS,
}
_WITH_BODY = ("400", "413", "415")


@cache
def document() -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Taliq",
            "version": _version(),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            "description": _ABOUT,
        },
        "servers": [{"url": "/"}],
        "security": [{"key": []}],
        "paths": _scoped(_paths()),
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": _KEY}},
        },
    }


def _paths() -> dict[str, Any]:
    return {
        "/api/v1/comments": {"post": _submit()},
        "/api/v1/comments/{external_id}": {"parameters": [_EXTERNAL_ID], **_on_one()},
        "/api/v1/comments/{external_id}/reports": {"parameters": [_EXTERNAL_ID], "post": _report()},
        "/api/v1/comments/{external_id}/notice": {"parameters": [_EXTERNAL_ID], "get": _notice()},
        "/api/v1/comments/{external_id}/appeal": {"parameters": [_EXTERNAL_ID], **_appeal()},
        "/api/v1/commenters/{external_id}": {"parameters": [_COMMENTER_ID], "get": _commenter()},
        "/api/v1/articles": {"post": _article()},
        "/api/v1/decisions": {"get": _feed()},
        "/api/v1/erasures": {"get": _erasures()},
        "/api/v1/picks": {"get": _picks()},
        "/api/v1/openapi.json": {"get": _open("openapi", "This document.", {"type": "object"})},
        "/healthz": {"get": _open("alive", "The process is alive.", _ref("Health"))},
        "/readyz": {"get": _ready()},
    }


def _scoped(paths: dict[str, Any]) -> dict[str, Any]:
    """Each operation names the scope that its key must have; what needs no key says so itself."""
    for item in paths.values():
        for operation in item.values():
            if isinstance(operation, dict) and "security" not in operation:
                operation["security"] = [{"key": [SCOPE_OF[operation["operationId"]].value]}]
    return paths


def _version() -> str:
    try:
        return version("taliq")
    except PackageNotFoundError:
        return "0"


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _content(schema: dict[str, Any]) -> dict[str, Any]:
    return {_JSON: {"schema": schema}}


def _answers(good: dict[str, tuple[str, dict[str, Any]]], *errors: str) -> dict[str, Any]:
    found = {status: {"description": text, "content": _content(schema)} for status, (text, schema) in good.items()}
    for status in sorted({*_COMMON, *errors}):
        found.setdefault(status, _refused(status))
    return found


def _refused(status: str) -> dict[str, Any]:
    answer = {"description": _ERRORS[status], "content": _content(_ref("Error"))}
    return answer | {"headers": _HEADERS[status]} if status in _HEADERS else answer


def _body(schema: dict[str, Any]) -> dict[str, Any]:
    return {"required": True, "content": _content(schema)}


_EXTERNAL_ID = {
    "name": "external_id",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    "description": "The site's id of the comment, percent-encoded: `a/b` is `a%2Fb`. `.` and `..` are"
    " stored, but most clients take them out of an address.",
}
_COMMENTER_ID = _EXTERNAL_ID | {"description": "The site's id of the commenter, percent-encoded."}
_ALL_REFUSED = "Not readable, or an array in which no item could be accepted: then `results` tells why of each."


def _submit() -> dict[str, Any]:
    one_or_many = {"oneOf": [_ref("Receipt"), _ref("Results")]}
    # The fuller one first: what is made of this document takes the first that fits, and lost `results` by the other.
    refused = {"oneOf": [_ref("RefusedResults"), _ref("Error")]}
    return {
        "operationId": "submitComments",
        "summary": "Submit one comment, or an array of up to 1,000",
        "description": _SUBMIT,
        "requestBody": _body(
            {
                "oneOf": [
                    _ref("Comment"),
                    {"type": "array", "items": _ref("Comment"), "maxItems": comments.MAX_ITEMS},
                ]
            }
        ),
        "responses": _answers(
            {
                "201": ("At least one comment is new.", one_or_many),
                "200": ("Every accepted comment was known already.", one_or_many),
                "400": (_ALL_REFUSED, refused),
            },
            *_WITH_BODY,
        ),
    }


def _on_one() -> dict[str, Any]:
    receipt = {"200": ("What the site may know of the comment now.", _ref("Receipt"))}
    edit = {
        "summary": "The author changed the text",
        "description": "The new text is judged afresh; the earlier one is kept for the desk. The same text is no edit,"
        " and nor is one whose `edited_at` lies before the edit that is there: it came late.",
        "requestBody": _body(_ref("Edit")),
        "responses": _answers(receipt, "404", "409", *_WITH_BODY),
    }
    return {
        "get": {
            "operationId": "lookUpComment",
            "summary": "What became of a comment",
            "responses": _answers(receipt, "400", "404"),
        },
        "patch": {"operationId": "editComment", **edit},
        "put": {"operationId": "replaceComment", **edit},
        "delete": {
            "operationId": "withdrawComment",
            "summary": "The author deleted the comment",
            "description": "Its text and earlier texts are erased; the log of decisions stays. May be repeated.",
            "responses": _answers(receipt, "400", "404"),
        },
    }


def _report() -> dict[str, Any]:
    return {
        "operationId": "reportComment",
        "summary": "A reader reports a comment",
        "description": "One reader counts once a comment, however often the report is sent.",
        "requestBody": _body(_ref("Report")),
        "responses": _answers({"200": ("The comment after the report.", _ref("Receipt"))}, "404", "409", *_WITH_BODY),
    }


def _notice() -> dict[str, Any]:
    return {
        "operationId": "noticeOfRejection",
        "summary": "What a commenter may be told of a rejection",
        "description": _NOTICE,
        "responses": _answers({"200": ("The notice.", _ref("Notice"))}, "400", "404"),
    }


def _appeal() -> dict[str, Any]:
    return {
        "get": {
            "operationId": "lookUpAppeal",
            "summary": "What became of the last appeal",
            "responses": _answers({"200": ("The appeal.", _ref("Appeal"))}, "400", "404"),
        },
        "post": {
            "operationId": "lodgeAppeal",
            "summary": "The author appeals against the rejection",
            "description": _APPEAL,
            "requestBody": _body(_ref("NewAppeal")),
            "responses": _answers(
                {
                    "201": ("The appeal is lodged; a moderator will answer it.", _ref("Appeal")),
                    "200": ("This rejection has an appeal already, and this is what became of it.", _ref("Appeal")),
                },
                "404",
                "409",
                *_WITH_BODY,
            ),
        },
    }


def _commenter() -> dict[str, Any]:
    return {
        "operationId": "lookUpCommenter",
        "summary": "What the desk has decided about a commenter",
        "description": _STANDING,
        "responses": _answers({"200": ("The commenter and their measures.", _ref("Commenter"))}, "400", "404"),
    }


def _article() -> dict[str, Any]:
    return {
        "operationId": "saveArticle",
        "summary": "Store or renew an article",
        "description": "Of an article that is known, what is left out stays as it is; an empty or null `url` or"
        " `section` is taken out. Its comments go with it to another section.",
        "requestBody": _body(_ref("Article")),
        "responses": _answers(
            {
                "201": ("The article is new.", _ref("StoredArticle")),
                "200": ("The article was renewed.", _ref("StoredArticle")),
            },
            *_WITH_BODY,
        ),
    }


def _feed() -> dict[str, Any]:
    return {
        "operationId": "listDecisions",
        "summary": "Decisions after a cursor, oldest first",
        "description": _FEED,
        "parameters": _SINCE,
        "responses": _answers({"200": ("A page of the feed.", _ref("Decisions"))}, "400"),
    }


def _erasures() -> dict[str, Any]:
    return {
        "operationId": "listErasures",
        "summary": "Comments whose texts were erased after a cursor, oldest first",
        "description": _ERASURES,
        "parameters": _SINCE,
        "responses": _answers({"200": ("A page of erasures.", _ref("Erasures"))}, "400"),
    }


def _picks() -> dict[str, Any]:
    return {
        "operationId": "listPicks",
        "summary": "The editors' picks of an article, newest first",
        "description": _PICKS,
        "parameters": [
            {
                "name": "article",
                "in": "query",
                "required": True,
                "schema": {"type": "string", "minLength": 1, "maxLength": 200},
                "description": "The site's id of the article.",
            }
        ],
        "responses": _answers({"200": ("A hundred at most.", _ref("Picks"))}, "400", "404"),
    }


def _open(operation: str, text: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "operationId": operation,
        "summary": text,
        "security": [],
        "responses": {"200": {"description": text, "content": _content(schema)}, "421": _refused("421")},
    }


def _ready() -> dict[str, Any]:
    found = _open("ready", "The database answers and its tables are there.", _ref("Health"))
    found["responses"]["503"] = _refused("503")
    return found


_ABOUT = """The comment desk's door for sites. A comment goes in and its verdict comes back at once: readers may see it
while its `status` is `published` or `approved`. Later decisions come through the feed. Every call may be repeated:
the pair of site and `external_id` names a comment, and the key names the site. Messages are in English, or in Arabic
where `Accept-Language` asks for it; programs read `code` and `fields.reason`.

Where the site's policy has a grace period, a moderator's decision is told when it is over, and never if it was taken
back meanwhile. Until then every answer is as if it had not been made: receipts, the feed, notices, appeals and picks.
What the site sends itself, an edit or a deletion, is judged and answered at once. Of two answers about a comment, or an
answer and the feed, the one of the higher `version` is the newer."""

_KEY = """A site's API key. It was issued with scopes, of which each operation names the one that it asks for, and
perhaps with an end; a key that is rotated works beside its successor for a while."""

_SUBMIT = """An article or a commenter not known yet is made. Of an article that is known, `article_title`,
`article_url` and `section` change nothing; `POST /api/v1/articles` does. In an array, the accepted comments are
stored together and `results` has an entry for each item in its place: a receipt, or an `error` whose `fields` name
`index`, `field` and `reason`. A known `external_id` gives back the stored comment and changes nothing: an edit is a
`PATCH`."""

_STANDING = """Warnings, holds, suspensions and bans, newest first, with the reason that the commenter may be told.
`standing` is the gravest that is in force now, or null. What a suspended or banned commenter sends is rejected, with
the cause `suspended` or `banned` in the receipt; what one whose comments are held sends waits for a moderator."""

_NOTICE = """For a comment that is rejected, as far as the site was told: what was decided, why, whether by a machine or
a person, what the desk adds, and until when the author may appeal; as fields, and as `text` to be shown or mailed."""

_APPEAL = """One rejection has one appeal. The comment goes back to the desk, to another moderator than the one who
rejected it; the next decision on it is the answer, comes through the feed with `answers_appeal`, and stands in the
appeal. 409: the comment is not rejected, the site takes no appeals, the time for it is over, or (`fields.what` is
`decided_anew`) the desk has decided again and the site will be told when the grace period is over. Where the author
changes or deletes the comment before, the appeal has `lapsed`."""

_PICKS = """Good comments that a moderator picked, for the site to set off; each is listed once its grace period is
over. A pick ends at once when it is taken back, when its author changes the text or when readers do not see the comment
any more."""

_ERASURES = """Comments whose texts are gone for ever: deleted by their authors through the site, erased at the desk for
a reader who asked to be forgotten, or rejected and over the period for which the desk keeps such texts. The site is to
take away what it shows and keeps of them. Cursors are those of `/api/v1/decisions`, of the same record. While `more` is
true the record goes on; a page of it may be empty."""

_FEED = """Each decision of the policy and of the moderators, in the order of their record. Keep `cursor` and send it as
`after`; while `more` is true there is more to fetch. None is left out, unless the site's policy has a grace period:
then a moderator's decision comes when it is over, what follows it comes no sooner, and one that was undone meanwhile
never comes. That a comment is erased, by the site or at the desk, is no decision and comes by `/api/v1/erasures`; who
asks for the comment is told `erased`. A cursor that is not of this record is refused with 400: it is another site's, or
the database was restored from a backup since, and the record is not as long any more (`beyond_the_log`) or has become
it by other events (`another_log`). Then ask from a cursor of before the backup, or from 0."""
