"""The feeds of decisions and erasures: a site asks from its last cursor on, and learns what became of its comments."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import Response

from dashboard.api import answers, callers, parameters, schemas, shapes
from dashboard.api.patience import through
from moderation.errors import Invalid
from moderation.service import intake
from moderation.service.desk import Desk
from moderation.service.feed import DecisionFeed, Erasures

DEFAULT_LIMIT = 100
MAX_LIMIT = 1_000
# The largest position that both databases can hold.
MAX_CURSOR = 2**63 - 1
Page = TypeVar("Page", DecisionFeed, Erasures)
_CURSOR = re.compile(schemas.CURSOR)


async def feed(request: Request) -> Response:
    return await _since(request, intake.decisions_after, shapes.feed)


async def erasures(request: Request) -> Response:
    return await _since(request, intake.erasures_after, shapes.erasures)


async def _since(request: Request, told: Callable[..., Page], shape: Callable[[Page], dict[str, object]]) -> Response:
    key = await callers.key(request)
    parameters.check_known(request, "after", "limit")
    after, leaf = _cursor(request)
    limit = _whole("limit", request.query_params.get("limit", str(DEFAULT_LIMIT)), low=1, high=MAX_LIMIT)

    def work(desk: Desk) -> Response:
        # A site's cursor counts the positions it has read, so that it starts at 0; the use case takes the last one.
        return answers.answer(shape(told(desk, key, after - 1, leaf=leaf, limit=limit)))

    return await through(request, key, work)


def _cursor(request: Request) -> tuple[int, bytes]:
    """How many positions were read, and how the leaf of the last begins; without, whatever stands there will do."""
    sent = request.query_params.get("after", "0")
    if not _CURSOR.fullmatch(sent):
        raise Invalid(field="after", reason="not_a_cursor")
    number, _, leaf = sent.partition(".")
    return _whole("after", number, low=0, high=MAX_CURSOR), bytes.fromhex(leaf)


def _whole(name: str, sent: str, *, low: int, high: int) -> int:
    if not (sent.isascii() and sent.isdigit() and len(sent) <= 19):
        raise Invalid(field=name, reason="not_a_number")
    if not low <= int(sent) <= high:
        raise Invalid(field=name, reason="out_of_range", low=low, high=high)
    return int(sent)
