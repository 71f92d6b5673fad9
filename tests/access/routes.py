"""Every route: whom it lets in, what it answers them, and what the others."""

from __future__ import annotations

from moderation.roles import Role
from tests.builders import SITE

COMMENT = {"external_id": "c-1", "article_id": "a-1", "commenter_id": "u-1", "body": "A civil thought"}
CALLERS = ("nobody", "wrong key", "revoked key", "empty key", "basic", "key", "ended session", *Role)
PEOPLE = set(Role)
EVERYBODY = set(CALLERS)


class Route:
    """What a route answers those it lets in, and with what the others."""

    def __init__(self, method, path, *, open_to, answer, others=401, html=False, body=None, excepted=None):
        self.method, self.path, self.body, self.html = method, path, body, html
        self.open_to, self.answer, self.others, self.excepted = open_to, answer, others, excepted or {}

    def status_for(self, caller):
        if caller in self.excepted:
            return self.excepted[caller]
        return self.answer if caller in self.open_to else self.others


KEY = {"key"}
STAFF_WITHOUT_EXPORT = {Role.MODERATOR: 403, Role.EDITOR: 403}
NO_EDITORS = {Role.MODERATOR: 403, Role.AUDITOR: 403}
# With a key a body of another kind is a matter of the body; nobody else gets as far.
ROUTES = [
    Route("POST", "/api/v1/comments", open_to=KEY, answer=200, body=COMMENT),
    Route("GET", "/api/v1/comments/c-9", open_to=KEY, answer=404),
    Route("PATCH", "/api/v1/comments/c-9", open_to=KEY, answer=404, body={"body": "x"}),
    Route("PUT", "/api/v1/comments/c-9", open_to=KEY, answer=404, body={"body": "x"}),
    Route("DELETE", "/api/v1/comments/c-9", open_to=KEY, answer=404),
    Route("POST", "/api/v1/comments/c-9/reports", open_to=KEY, answer=404, body={"reporter_id": "r", "reason": "spam"}),
    Route("GET", "/api/v1/commenters/u-9", open_to=KEY, answer=404),
    Route("GET", "/api/v1/picks?article=a-9", open_to=KEY, answer=404),
    Route("GET", "/api/v1/comments/c-1/notice", open_to=KEY, answer=404),
    Route("GET", "/api/v1/comments/c-1/appeal", open_to=KEY, answer=404),
    Route("POST", "/api/v1/comments/c-1/appeal", open_to=KEY, answer=409, body={"text": "please"}),
    Route("POST", "/api/v1/articles", open_to=KEY, answer=200, body={"external_id": "a-1", "title": "t"}),
    Route("GET", "/api/v1/decisions", open_to=KEY, answer=200),
    Route("GET", "/api/v1/erasures", open_to=KEY, answer=200),
    Route("GET", "/api/v1/openapi.json", open_to=EVERYBODY, answer=200),
    Route("GET", "/healthz", open_to=EVERYBODY, answer=200),
    Route("GET", "/readyz", open_to=EVERYBODY, answer=200),
    Route("GET", "/robots.txt", open_to=EVERYBODY, answer=200),
    Route("GET", "/favicon.ico", open_to=EVERYBODY, answer=307),
    Route("GET", "/login", open_to=EVERYBODY, answer=200, html=True),
    Route("GET", "/login/code", open_to=EVERYBODY, answer=303, html=True),
    Route("GET", "/login/link?token=x", open_to=PEOPLE, answer=303, html=True),
    Route("GET", "/login/provider", open_to=EVERYBODY, answer=404, html=True),
    Route("GET", "/login/provider/back", open_to=EVERYBODY, answer=404, html=True),
    Route("GET", "/invite?token=x", open_to=set(), answer=200, html=True),
    Route("POST", "/invite", open_to=set(), answer=200, others=415, html=True),
    Route("GET", "/language/en", open_to=EVERYBODY, answer=303, html=True),
    Route("GET", "/assets/pages.css", open_to=EVERYBODY, answer=200),
    Route("GET", "/logout", open_to=PEOPLE, answer=200, others=303, html=True),
    Route("POST", "/login/code", open_to=set(), answer=200, others=415, html=True),
    Route("POST", "/logout", open_to=EVERYBODY, answer=303, html=True),
    Route("GET", f"/export/audit.jsonl?site={SITE}", open_to=PEOPLE, answer=200, excepted=STAFF_WITHOUT_EXPORT),
    Route("GET", f"/export/audit.csv?site={SITE}", open_to=PEOPLE, answer=200, excepted=STAFF_WITHOUT_EXPORT),
    Route("GET", f"/export/checkpoint?site={SITE}", open_to=PEOPLE, answer=200, excepted=STAFF_WITHOUT_EXPORT),
    Route("GET", f"/export/proof?site={SITE}&event=0", open_to=PEOPLE, answer=200, excepted=STAFF_WITHOUT_EXPORT),
    Route("GET", f"/export/insights/outcomes.csv?site={SITE}", open_to=PEOPLE, answer=200, excepted=NO_EDITORS),
    Route("GET", f"/export/insights/report.xlsx?site={SITE}", open_to=PEOPLE, answer=200, excepted=NO_EDITORS),
    Route("GET", "/", open_to=PEOPLE, answer=200, others=303, html=True),
    Route("GET", "/favicon.png", open_to=PEOPLE, answer=200),
    Route("GET", "/_stcore/metrics", open_to=PEOPLE, answer=404),
    Route("GET", "/_stcore/agent/openapi.json", open_to=PEOPLE, answer=404),
    Route("POST", "/_stcore/agent/interact", open_to=PEOPLE, answer=404),
    Route("GET", "/nowhere", open_to=PEOPLE, answer=404),
    *(Route(method, "/_stcore/upload_file/a/b", open_to=PEOPLE, answer=404) for method in ("PUT", "DELETE", "OPTIONS")),
]
