"""The audit log as a file, streamed: nothing on the way holds more than a piece of it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any, Generic, TypeVar
from urllib.parse import quote

from anyio import CancelScope
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from dashboard import spreadsheets
from dashboard.api import callers, language
from dashboard.api.front import front
from dashboard.api.parameters import check_known
from dashboard.periods import today_in
from moderation.audit import EventType, Proven, Sealed
from moderation.decision import Outcome, Reason
from moderation.errors import Invalid, NotFound
from moderation.exports import events
from moderation.ports import EventFilter
from moderation.roles import Session
from moderation.service import accounts, audit
from moderation.service.desk import Desk

Exported = TypeVar("Exported", Sealed, Proven)
Form = Callable[[Iterable[Sealed], str, str], Iterator[bytes]]
FORMS: dict[str, tuple[Form, str]] = {
    "jsonl": (lambda rows, note, lang: events.jsonl(rows, note), "application/x-ndjson; charset=utf-8"),
    "csv": (lambda rows, note, lang: events.csv(rows, note), "text/csv; charset=utf-8"),
    "xlsx": (spreadsheets.xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "parquet": (lambda rows, note, lang: spreadsheets.parquet(rows, note), "application/vnd.apache.parquet"),
}
NUMBERS = ("comment_id", "article_id", "commenter_id")
FILTERS = ("site", "actor", "type", "since", "until", "people_only", "outcome", "reason", *NUMBERS)
MAX_TEXT = 200
MAX_ID = 2**63 - 1
_DIGITS = re.compile("[0-9]{1,19}")


async def audit_file(request: Request) -> Response:
    """`audit.jsonl`, `.csv`, `.xlsx` or `.parquet`; without `site` it is the desk's own log, of accounts and keys."""
    callers.asked_for_here(request)
    if request.path_params["form"] not in FORMS:
        raise NotFound(what="export")
    form, media_type = FORMS[request.path_params["form"]]
    caller, site, where = callers.session(request), _text(request, "site"), filters(request)
    doors, lang = front(request), language.of_person(request)
    if request.method == "HEAD":
        # Asking what there is takes nothing out of the desk, so it is answered without an event that says so.
        await doors.run(lambda: audit.events(doors.desk(), caller, site=site, where=where, limit=1))
        return Response(headers=await _headers(request, caller, site), media_type=media_type)
    headers = await _headers(request, caller, site)
    made = await doors.run(lambda: audit.export(doors.desk(), caller, site=site, where=where))
    if request.path_params["form"] == "jsonl" and not made.complete:
        proven = await doors.run(lambda: _Rows(made.proven))
        lines = _streamed(events.selection(proven, made.note), proven)
        return StreamingResponse(lines, headers=headers, media_type=media_type)
    rows = await doors.run(lambda: _Rows(made.rows))
    return StreamingResponse(_streamed(form(rows, made.note, lang), rows), headers=headers, media_type=media_type)


async def checkpoint(request: Request) -> Response:
    """The signed head of a log as it is now, to be kept where the desk cannot reach it."""
    callers.asked_for_here(request)
    caller, site, doors = callers.session(request), _text(request, "site"), front(request)
    check_known(request, "site")
    made = await doors.run(lambda: audit.checkpoint(doors.desk(), caller, site=site))
    name = f"taliq-{site or 'desk'}-{made.size}.checkpoint.txt"
    return Response(made.note, headers=_attached(name), media_type="text/plain; charset=utf-8")


async def proof(request: Request) -> Response:
    """That an event is in the log, by its number or its decision's id, as C2SP tlog-proof: it needs no database."""
    callers.asked_for_here(request)
    caller, site, doors = callers.session(request), _text(request, "site"), front(request)
    check_known(request, "site", "event", "decision")
    decision = _text(request, "decision")
    if decision is not None:
        number = _number("decision", decision)
        site, event = await doors.run(lambda: audit.place_of(doors.desk(), caller, number))
    else:
        event = _number("event", _text(request, "event") or "")
    text = await doors.run(lambda: audit.prove(doors.desk(), caller, event, site=site))
    return Response(
        text, headers=_attached(f"taliq-{site or 'desk'}-{event}.tlog-proof"), media_type="text/plain; charset=utf-8"
    )


def _number(name: str, text: str) -> int:
    if not (_DIGITS.fullmatch(text) and int(text) <= MAX_ID):
        raise Invalid(field=name, reason="not_a_number")
    return int(text)


def _attached(name: str) -> dict[str, str]:
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}


async def _headers(request: Request, caller: Session, site: str | None) -> dict[str, str]:
    doors = front(request)
    day = await doors.run(lambda: _today(doors.desk(), caller, site))
    return _attached(f"taliq-audit-{site or 'desk'}-{day}.{request.path_params['form']}")


def _today(desk: Desk, caller: Session, site: str | None) -> date:
    """By the newsroom's calendar, as the page counts days; for the desk's own log by that of the first site."""
    zones = {one.name: one.time_zone for one in accounts.sites(desk, caller)}
    return today_in(zones.get(site or next(iter(zones), ""), "UTC"), desk.now())


def filters(request: Request) -> EventFilter:
    check_known(request, *FILTERS)
    people_only = _text(request, "people_only") or "false"
    if people_only not in ("true", "false"):
        raise Invalid(field="people_only", reason="not_listed")
    return EventFilter(
        actor=_text(request, "actor"),
        type=_listed(request, "type", EventType),
        since=_moment(request, "since"),
        until=_moment(request, "until", end=True),
        people_only=people_only == "true",
        outcome=_listed(request, "outcome", Outcome),
        reason=_listed(request, "reason", Reason),
        **{name: None if (given := _text(request, name)) is None else _number(name, given) for name in NUMBERS},
    )


def _listed(request: Request, name: str, known: Iterable[str]) -> str | None:
    value = _text(request, name)
    if value is not None and value not in list(known):
        raise Invalid(field=name, reason="not_listed")
    return value


class _Rows(Generic[Exported]):
    """The rows with the first one already in hand, and closable, because a reader may go away in the middle.

    What asks for the first one hears of a refusal while that can still be an answer, and not a broken file.
    """

    def __init__(self, rows: Iterator[Exported]) -> None:
        self._rows = rows
        self._first = next(rows, None)

    def __iter__(self) -> Iterator[Exported]:
        if self._first is not None:
            yield self._first
            yield from self._rows

    def close(self) -> None:
        close = getattr(self._rows, "close", None)
        if close is not None:
            close()


async def _streamed(pieces: Iterator[bytes], rows: _Rows[Any]) -> AsyncIterator[bytes]:
    try:
        while (piece := await run_in_threadpool(partial(next, pieces, None))) is not None:
            yield piece
    finally:
        # The transaction behind the rows ends even when the stream was cancelled.
        with CancelScope(shield=True):
            await run_in_threadpool(rows.close)


def _text(request: Request, name: str) -> str | None:
    value = request.query_params.get(name)
    if not value:
        return None
    if len(value) > MAX_TEXT or any(ord(character) < 0x20 for character in value):
        raise Invalid(field=name, reason="bad_characters")
    return value


def _moment(request: Request, name: str, *, end: bool = False) -> datetime | None:
    """ISO 8601. A day without a time is that whole day in UTC: `until=2026-11-23` includes it."""
    value = _text(request, name)
    if value is None:
        return None
    try:
        if len(value) == len("2026-11-23"):
            day = datetime.combine(date.fromisoformat(value), time(), UTC)
            return day + timedelta(days=1) if end else day
        # In an address a plus sign is a space.
        at = datetime.fromisoformat(value.replace(" ", "+"))
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid(field=name, reason="not_a_time") from None
