"""Which language a request is answered in."""

from __future__ import annotations

from starlette.requests import HTTPConnection

from dashboard import i18n
from dashboard.cookies import LANGUAGE_COOKIE

_CHOSEN = "chosen_language"


def of_person(request: HTTPConnection) -> str:
    """A page's language: what the person chose, else what the browser asks for, else Arabic."""
    chosen = request.scope.get(_CHOSEN, request.cookies.get(LANGUAGE_COOKIE))
    return i18n.negotiate(chosen, *accepted(request))


def choose(request: HTTPConnection, lang: str) -> None:
    """For the answer to this request, whose cookie is of before."""
    request.scope[_CHOSEN] = lang


def of_program(request: HTTPConnection) -> str:
    """An API message's language: programmers read English unless their program asks for Arabic."""
    return i18n.negotiate(*accepted(request), "en")


def accepted(request: HTTPConnection) -> list[str]:
    """The languages of `Accept-Language`, the most wanted first."""
    wanted = []
    for place, part in enumerate(request.headers.get("accept-language", "")[:200].split(",")):
        name, _, weight = part.strip().partition(";q=")
        try:
            wanted.append((-float(weight or 1), place, name))
        except ValueError:
            continue
    return [name for weight, _, name in sorted(wanted) if weight < 0]
