"""Comments over HTTP: what comes in, what became of it, an edit, an author's deletion, a reader's report, an appeal."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from dashboard.api import answers, appeals, callers, language, shapes, strict
from dashboard.api.front import front
from dashboard.api.patience import through
from dashboard.api.segments import beyond, known_id, segment
from moderation import parsing
from moderation.comment import Incoming
from moderation.errors import Invalid
from moderation.roles import Key
from moderation.service import intake
from moderation.service.desk import Desk

MAX_ITEMS = 1_000
MAX_NOTE = 1_000
# Bytes; a comment of the greatest length has some 40,000 in Arabic.
SMALL = 64 * 1024
PREFIX = "/api/v1/comments/"


async def submit(request: Request) -> Response:
    """One object, or an array. What is small is read here and now, which costs less than going to a thread."""
    key = await callers.key(request)
    body, gzipped = await strict.read(request)
    lang = language.of_program(request)
    if len(body) > SMALL or gzipped:
        return await _submit_large(request, key, body, gzipped=gzipped, lang=lang)
    sent = strict.parse(body)
    if isinstance(sent, list):
        return await through(request, key, lambda desk: _submit_many(desk, key, sent, lang))
    return await _submit_one(request, key, sent)


async def _submit_large(request: Request, key: Key, body: bytes, *, gzipped: bool, lang: str) -> Response:
    def work(desk: Desk) -> Response | object:
        sent = strict.parse(body, gzipped=gzipped)
        return _submit_many(desk, key, sent, lang) if isinstance(sent, list) else sent

    done = await through(request, key, work)
    return done if isinstance(done, Response) else await _submit_one(request, key, done)


async def _submit_one(request: Request, key: Key, sent: object) -> Response:
    doors = front(request)
    item = parsing.incoming(strict.record(sent), now=doors.desk().now())
    receipt = await doors.lanes.submit(
        key, item, lambda items: through(request, key, lambda desk: intake.submit(desk, key, items))
    )
    return answers.answer(shapes.receipt(receipt), 201 if receipt.created else 200)


def _submit_many(desk: Desk, key: Key, sent: Sequence[object], lang: str) -> Response:
    """The good items in one transaction; each bad one is answered in its place. Only if none is good is it an error."""
    if len(sent) > MAX_ITEMS:
        raise answers.TooLarge(field=strict.ROOT, high=MAX_ITEMS)
    items, refused = _sorted_out(desk, sent)
    receipts = iter(intake.submit(desk, key, items) if items else ())
    results: list[dict[str, object]] = [
        {"error": answers.shape(refused[index], lang)} if index in refused else shapes.receipt(next(receipts))
        for index in range(len(sent))
    ]
    created = sum(result.get("created") is True for result in results)
    content: dict[str, object] = {
        "results": results,
        "created": created,
        "repeated": len(items) - created,
        "invalid": len(refused),
    }
    if refused and not items:
        content["error"] = answers.shape(Invalid(field=strict.ROOT, reason="no_valid_item"), lang)
        return answers.answer(content, 400)
    return answers.answer(content, 201 if created else 200)


def _sorted_out(desk: Desk, sent: Sequence[object]) -> tuple[list[Incoming], dict[int, Invalid]]:
    now = desk.now()
    items, refused = [], {}
    for index, item in enumerate(sent):
        try:
            items.append(parsing.incoming(strict.record(item), now=now))
        except Invalid as error:
            refused[index] = Invalid(**{**error.fields, "index": index})  # type: ignore[arg-type]
    return items, refused


async def one(request: Request) -> Response:
    """A comment by its external id, or what is of it. The id is one percent-encoded segment, so it may hold slashes."""
    external_id, of_it = _address(request)
    answered = _ON_ONE if of_it is None else _OF_ONE[of_it]
    # The server sends no body to who asks for the head alone.
    method = "GET" if request.method == "HEAD" else request.method
    if method not in answered:
        heads = ["HEAD"] if "GET" in answered else []
        raise answers.MethodNotAllowed(allowed=", ".join([*answered, *heads]))
    return await answered[method](request, external_id)


async def _lookup(request: Request, external_id: str) -> Response:
    key = await callers.key(request)
    return await through(
        request, key, lambda desk: answers.answer(shapes.receipt(intake.lookup(desk, key, known_id(external_id))))
    )


async def _withdraw(request: Request, external_id: str) -> Response:
    key = await callers.key(request)
    return await through(
        request, key, lambda desk: answers.answer(shapes.receipt(intake.withdraw(desk, key, known_id(external_id))))
    )


async def _edit(request: Request, external_id: str) -> Response:
    key = await callers.key(request)
    body, gzipped = await strict.read(request)

    def work(desk: Desk) -> Response:
        fields = strict.record(strict.parse(body, gzipped=gzipped))
        parsing.known(fields, ("body", "edited_at"))
        text = parsing.body(fields, "body")
        at = parsing.moment(fields, "edited_at", now=desk.now())
        return answers.answer(shapes.receipt(intake.edit(desk, key, known_id(external_id), text, edited_at=at)))

    return await through(request, key, work)


async def _report(request: Request, external_id: str) -> Response:
    key = await callers.key(request)
    body, gzipped = await strict.read(request)

    def work(desk: Desk) -> Response:
        fields = strict.record(strict.parse(body, gzipped=gzipped))
        parsing.known(fields, ("reporter_id", "reason", "note"))
        receipt = intake.report(
            desk,
            key,
            known_id(external_id),
            reporter_id=parsing.identifier(fields, "reporter_id"),
            reason=parsing.reason(fields, "reason"),
            note=parsing.line(fields, "note", MAX_NOTE) or "",
        )
        return answers.answer(shapes.receipt(receipt))

    return await through(request, key, work)


_ON_ONE = {"GET": _lookup, "PATCH": _edit, "PUT": _edit, "DELETE": _withdraw}
_OF_ONE = {
    b"reports": {"POST": _report},
    b"notice": {"GET": appeals.notice},
    b"appeal": {"GET": appeals.look_up, "POST": appeals.lodge},
}


def _address(request: Request) -> tuple[str, bytes | None]:
    """The id, and what of that comment is meant, if not the comment itself."""
    rest = beyond(request, PREFIX)
    encoded, slash, last = rest.rpartition(b"/")
    of_it = last if slash and last in _OF_ONE else None
    return segment(rest if of_it is None else encoded), of_it
