"""An error as the answer that its asker can read: JSON for programs, a page for people."""

from __future__ import annotations

from starlette.requests import HTTPConnection
from starlette.responses import Response

from dashboard.api import answers, language, pages
from dashboard.sentences import of_error
from moderation.errors import ModerationError

_PAGES = {"not_found", "forbidden", "unavailable", "internal", "rate_limited", "method_not_allowed", "unknown_host"}


def refusal(request: HTTPConnection, error: ModerationError) -> Response:
    if not for_people(request):
        return answers.problem(error, language.of_program(request))
    code = error.code if error.code in _PAGES else "bad_request"
    headers = answers.headers_of(error)
    # What failed, where that is known: a full disk is not a database that is silent for a moment.
    text = of_error(error, language.of_person(request)) if code == "unavailable" and "what" in error.fields else ""
    return pages.notice(request, f"api.page.{code}", status=answers.status_of(error), headers=headers, text=text)


def for_people(request: HTTPConnection) -> bool:
    return not request.scope["path"].startswith("/api/") and "text/html" in request.headers.get("accept", "")
