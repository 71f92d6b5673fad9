"""How much, how often, and what happens when the database or the code fails."""

import asyncio
import json
import logging
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

import pytest

from dashboard.api import strict
from dashboard.api.buckets import KNOWN_FOR, Buckets, Seen
from dashboard.api.headers import Headers
from dashboard.i18n import t
from moderation.errors import Contention, Unavailable
from moderation.service import accounts, authority, intake, keys, settings
from tests.builders import OPERATOR, SITE, Clock
from tests.dashboard.api.around import BASE, Client, application

COMMENTS = "/api/v1/comments"
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def backend():
    return "sqlite"


class Seconds:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def comment(**given):
    return {"external_id": "c-1", "article_id": "a-1", "commenter_id": "u-1", "body": "A civil thought"} | given


@pytest.mark.parametrize(("size", "status"), [(strict.MAX_BYTES, 400), (strict.MAX_BYTES + 1, 413)])
@pytest.mark.parametrize("declared", [True, False])
def test_a_body_is_counted_whatever_it_declares(site, size, status, declared):
    content = b" " * size
    sent = content if declared else (content[start : start + 65_536] for start in range(0, size, 65_536))
    answer = site.post(COMMENTS, content=sent, headers=JSON)
    assert answer.status_code == status


def test_the_limit_is_told(site):
    fields = site.post(COMMENTS, content=b" " * (strict.MAX_BYTES + 1), headers=JSON).json()["error"]["fields"]
    assert fields == {"field": "$", "high": strict.MAX_BYTES}


def test_a_false_length_does_not_open_the_door(site):
    answer = site.post(COMMENTS, content=iter([b" " * (strict.MAX_BYTES + 1)]), headers=JSON | {"Content-Length": "5"})
    assert answer.status_code == 413


def test_a_body_without_a_key_is_not_read(visitor, monkeypatch):
    async def read(*_):
        raise AssertionError("the body was asked for")

    monkeypatch.setattr(strict, "limited", read)
    assert visitor.post(COMMENTS, content=b"{}", headers=JSON).status_code == 401


def test_a_key_over_its_rate_waits_and_others_do_not(newsroom, front):
    clock = Seconds()
    front = replace(front, buckets=Buckets(0.2, clock=clock))
    _, other = settings.issue_key(newsroom.desk, OPERATOR, site=SITE, name="second")
    with Client(application(front), base_url=BASE) as client:
        mine, theirs = ({"Authorization": f"Bearer {secret}"} for secret in (newsroom.secret, other))
        seen = [client.get("/api/v1/decisions", headers=mine) for _ in range(3)]
        assert [answer.status_code for answer in seen] == [200, 200, 429]
        assert seen[2].headers["retry-after"] == "5"
        assert seen[2].json()["error"]["fields"] == {"retry_after": 5.0}
        assert client.get("/api/v1/decisions", headers=theirs).status_code == 200
        clock.now += 5
        assert client.get("/api/v1/decisions", headers=mine).status_code == 200


def test_a_bucket_fills_evenly_up_to_its_size():
    clock = Seconds()
    buckets = Buckets(2, clock=clock)
    assert [buckets.take("a") for _ in range(21)] == [0.0] * 20 + [0.5]
    clock.now += 1
    assert [buckets.take("a") for _ in range(3)] == [0.0, 0.0, 0.5]
    clock.now += 1_000
    assert [buckets.take("a") > 0 for _ in range(21)] == [False] * 20 + [True]


def test_buckets_and_known_keys_are_bounded():
    buckets, seen = Buckets(1, kept=3), Seen(kept=3)
    for number in range(10):
        buckets.take(str(number))
        seen.add(str(number))
    assert (len(buckets), len(seen)) == (3, 3)
    assert "9" in seen
    assert "0" not in seen


def test_a_key_is_known_for_a_few_seconds_only():
    clock = Seconds()
    seen = Seen(clock=clock)
    seen.add("a")
    clock.now += KNOWN_FOR - 0.1
    assert "a" in seen
    clock.now += 0.1
    assert "a" not in seen


def test_a_keys_last_use_is_noted_whatever_it_was_for(site, newsroom, front):
    def noted() -> list[datetime | None]:
        return [key.last_used_at for key in keys.keys(newsroom.desk, newsroom.admin, site=SITE)]

    assert noted() == [None]
    first = newsroom.clock.at
    assert site.get("/api/v1/decisions").status_code == 200
    assert noted() == [first]
    newsroom.clock.advance(seconds=30)
    front.keys.discard(newsroom.key.secret_hash)
    assert site.get("/api/v1/comments/unknown").status_code == 404
    assert noted() == [first], "to the minute"
    newsroom.clock.advance(minutes=1)
    front.keys.discard(newsroom.key.secret_hash)
    assert site.get("/api/v1/comments/unknown").status_code == 404
    assert noted() == [newsroom.clock.at]


def test_a_use_that_cannot_be_noted_keeps_nobody_from_an_answer(site, monkeypatch):
    def busy(*_: object, **__: object) -> None:
        raise Contention(what="key")

    monkeypatch.setattr(authority, "note_use", busy)
    assert site.get("/api/v1/decisions").status_code == 200


def test_a_revoked_key_is_refused_at_once_although_it_was_just_known(site, newsroom):
    assert site.post(COMMENTS, json=comment()).status_code == 201
    [key] = settings.keys(newsroom.desk, OPERATOR, site=SITE)
    settings.revoke_key(newsroom.desk, OPERATOR, key.id)
    assert site.post(COMMENTS, json=comment(external_id="c-2")).status_code == 401
    assert site.get(f"{COMMENTS}/c-1").status_code == 401


@contextmanager
def out_of_order():
    raise Unavailable(kind="OperationalError")
    yield


def broken(front, **parts):
    return Client(application(replace(front, **parts)), base_url=BASE, follow_redirects=False)


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", COMMENTS), ("GET", f"{COMMENTS}/c-1"), ("GET", "/api/v1/decisions"), ("POST", "/api/v1/articles")],
)
def test_a_database_that_does_not_answer(newsroom, front, method, path):
    desk = replace(newsroom.desk, begin=out_of_order, read=out_of_order)
    headers = {"Authorization": f"Bearer {newsroom.secret}"}
    with broken(front, desk=lambda: desk) as client:
        answer = client.request(method, path, json=comment() if method == "POST" else None, headers=headers)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert answer.json()["error"] == {
        "code": "unavailable",
        "message": answer.json()["error"]["message"],
        "fields": {},
    }


def test_pages_and_readiness_without_a_database(newsroom, front):
    desk = replace(newsroom.desk, begin=out_of_order, read=out_of_order)

    def is_current():
        raise Unavailable(kind="OperationalError")

    with broken(front, desk=lambda: desk, is_current=is_current) as client:
        assert client.get("/healthz").json() == {"status": "ok"}
        assert client.get("/readyz").status_code == 503
        client.cookies.set("taliq_session", "x", domain="localhost.local")
        page = client.get("/", headers={"Accept": "text/html"})
        assert page.status_code == 503
        assert "<h1>" in page.text
        entry = client.post("/login", data={"name": "a", "password": "b"}, headers={"Accept": "text/html"})
        assert entry.status_code == 503


def test_readiness_waits_for_the_migrations(visitor, front):
    assert visitor.get("/readyz").json() == {"status": "ready"}
    with broken(front, is_current=lambda: False) as client:
        told = client.get("/readyz")
    assert told.status_code == 503
    assert told.json()["error"]["fields"] == {"what": "other_version"}
    assert told.json()["error"]["message"] == t("errors.unavailable.other_version", "en")


def test_a_mistake_of_ours_tells_a_number_and_logs_no_values(newsroom, front, caplog):
    def fails(texts):
        raise RuntimeError("reader-text-7f3a")

    class Broken:
        version = "x"
        score = staticmethod(fails)

    desk = replace(newsroom.desk, scorer=Broken())
    headers = {"Authorization": f"Bearer {newsroom.secret}"}
    caplog.set_level(logging.DEBUG)
    with broken(front, desk=lambda: desk) as client:
        answer = client.post(COMMENTS, json=comment(), headers=headers)
    assert answer.status_code == 500
    assert "reader-text" not in answer.text
    assert "reader-text" not in caplog.text
    assert answer.json()["error"]["fields"]["id"] in caplog.text


def cut_off(front, app, path, accept):
    """What is sent when the server stops and cancels a request."""
    sent = []

    async def send(message):
        sent.append(message)

    async def stopping():
        headers = [(b"accept", accept.encode()), (b"host", b"localhost")]
        scope = {"type": "http", "method": "POST", "scheme": "http", "path": path, "query_string": b""}
        task = asyncio.create_task(Headers(app)(scope | {"headers": headers, "front": front}, None, send))
        await asyncio.sleep(0.01)
        task.cancel()
        await task

    asyncio.run(stopping())
    return sent


async def no_end(scope, receive, send):
    await asyncio.Event().wait()


def test_who_still_waits_when_the_server_stops_is_told_to_come_back(front):
    start, body = cut_off(front, no_end, COMMENTS, "*/*")
    assert start["status"] == 503
    assert (b"retry-after", b"5") in start["headers"]
    error = json.loads(body["body"])["error"]
    assert (error["code"], error["fields"], error["message"]) == (
        "unavailable", {"what": "stopping"}, t("errors.unavailable.stopping", "en"),
    )  # fmt: skip
    start, body = cut_off(front, no_end, "/login", "text/html")
    assert start["status"] == 503
    assert b"<h1>" in body["body"]


def test_an_answer_that_the_servers_stop_breaks_off_is_not_begun_anew(front):
    async def begins(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await no_end(scope, receive, send)

    assert [message["type"] for message in cut_off(front, begins, COMMENTS, "*/*")] == ["http.response.start"]


def test_two_writers_that_meet_are_tried_again(site, monkeypatch):
    calls = []
    submit = intake.submit

    def meets(*args, **kwargs):
        calls.append(1)
        if len(calls) < 3:
            raise Contention(what="transaction")
        return submit(*args, **kwargs)

    monkeypatch.setattr(intake, "submit", meets)
    assert site.post(COMMENTS, json=comment()).status_code == 201


def test_writers_that_meet_for_ever_are_told_to_come_back(site, monkeypatch):
    def meets(*args, **kwargs):
        raise Contention(what="transaction")

    monkeypatch.setattr(intake, "submit", meets)
    assert site.post(COMMENTS, json=comment()).status_code == 503


def test_too_many_wrong_passwords_close_the_door_for_a_while(visitor, newsroom):
    accounts.set_password(newsroom.desk, OPERATOR, "admin-1", "correct horse")
    wrong = {"name": "admin-1", "password": "wrong"}
    statuses = [visitor.post("/login", data=wrong).status_code for _ in range(9)]
    assert statuses == [401] * 8 + [429]
    refused = visitor.post("/login", data={"name": "admin-1", "password": "correct horse"})
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 60
    assert isinstance(newsroom.clock, Clock)
    newsroom.clock.advance(minutes=16)
    assert visitor.post("/login", data={"name": "admin-1", "password": "correct horse"}).status_code == 303
