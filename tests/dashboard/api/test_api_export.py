"""The audit log as a file, with the same rights, filters and proofs as everywhere."""

import csv
import io
import json
from datetime import UTC, datetime

import openpyxl
import pytest
from pyarrow import parquet

from dashboard.api import answers
from dashboard.i18n import catalog
from moderation.errors import Unavailable
from moderation.roles import Role
from moderation.service import audit
from moderation.service.audit import export
from tests.builders import OPERATOR, SITE, incoming
from tests.dashboard.api.around import BASE, Client, application, sign_in

LOG = "/export/audit.jsonl"


@pytest.fixture
def auditor(visitor, newsroom):
    sign_in(visitor, newsroom, Role.AUDITOR)
    return visitor


def lines(answer):
    *events, last = [json.loads(line) for line in answer.text.splitlines()]
    assert list(last) == ["checkpoint"]
    return events


def test_the_file_holds_every_event_in_order(auditor, newsroom):
    for number in range(3):
        newsroom.say(f"text {number}")
    answer = auditor.get(LOG, params={"site": SITE})
    found = lines(answer)
    assert answer.status_code == 200
    assert [line["position"] for line in found] == list(range(len(found)))
    assert json.loads(found[-1]["body"])["type"] == "log:exported"
    assert (
        answer.headers["content-disposition"] == "attachment; filename*=UTF-8''taliq-audit-al-marsad-2026-11-23.jsonl"
    )


@pytest.mark.parametrize(("asked", "log"), [({"site": SITE}, SITE), ({}, "desk")])
def test_the_file_is_named_by_the_newsrooms_day(auditor, newsroom, asked, log):
    newsroom.clock.at = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
    for answer in (auditor.get(LOG, params=asked), auditor.head(LOG, params=asked)):
        assert answer.headers["content-disposition"].endswith(f"taliq-audit-{log}-2026-11-24.jsonl")


def test_without_a_site_it_is_the_desks_own_log(auditor):
    assert "session:opened" in auditor.get(LOG).text


def test_the_csv_opens_in_a_spreadsheet(auditor, newsroom):
    newsroom.say()
    answer = auditor.get("/export/audit.csv", params={"site": SITE})
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["type"] for row in rows[-2:]] == ["log:exported", "checkpoint"]


def test_filters_are_the_use_cases_own(auditor, newsroom):
    receipt = newsroom.say()
    newsroom.say("another")
    found = lines(auditor.get(LOG, params={"site": SITE, "type": "comment:submitted", "comment_id": str(receipt.id)}))
    head, event = found
    assert str(receipt.id) in event["body"]
    assert (list(head), event["log"], len(event["proof"]) > 0) == (["checkpoint"], str(newsroom.site.id), True)
    _, *people = lines(auditor.get(LOG, params={"site": SITE, "people_only": "true"}))
    assert not [line for line in people if json.loads(line["body"])["actor"].startswith("policy:")]


@pytest.mark.parametrize(
    ("name", "sent", "since", "until"),
    [
        ("since", "2026-11-23", datetime(2026, 11, 23, tzinfo=UTC), None),
        ("until", "2026-11-23", None, datetime(2026, 11, 24, tzinfo=UTC)),
        ("since", "2026-11-23T10:00:00+02:00", datetime(2026, 11, 23, 8, tzinfo=UTC), None),
        ("until", "2026-11-23T10:00:00Z", None, datetime(2026, 11, 23, 10, tzinfo=UTC)),
        ("until", "2026-11-23T10:00", None, datetime(2026, 11, 23, 10, tzinfo=UTC)),
    ],
)
def test_times_in_an_address(auditor, monkeypatch, name, sent, since, until):
    asked = []

    def noted(*args, where, **kwargs):
        asked.append(where)
        return export(*args, where=where, **kwargs)

    monkeypatch.setattr(audit, "export", noted)
    for address in (f"{LOG}?site={SITE}&{name}={sent}", f"{LOG}?site={SITE}&{name}={sent.replace('+', '%2B')}"):
        assert auditor.get(address).status_code == 200
    assert [(where.since, where.until) for where in asked] == [(since, until)] * 2


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({"site": "nowhere"}, 404),
        ({"since": "yesterday"}, 400),
        ({"since": "9999-12-31T23:59:59-23:59"}, 400),
        ({"until": "9999-12-31"}, 400),
        ({"comment_id": "x"}, 400),
        ({"comment_id": "9" * 30}, 400),
        ({"comment_id": str(2**63)}, 400),
        ({"comment_id": "١٢"}, 400),
        ({"comment_id": str(2**63 - 1)}, 200),
        ({"people_only": "maybe"}, 400),
        ({"outcome": "reject", "reason": "spam", "article_id": "1", "commenter_id": "1"}, 200),
        ({"outcome": "x"}, 400),
        ({"reason": "rude"}, 400),
        ({"reason": ["spam", "ad"]}, 400),
        ({"article_id": "-1"}, 400),
        ({"commenter_id": "u-1"}, 400),
        ({"actor": "x" * 201}, 400),
        ({"actor": "a\nb"}, 400),
        ({"sites": SITE}, 400),
        ({"type": "no:such"}, 400),
        ({"actor": "' OR 1=1 --"}, 200),
    ],
)
def test_a_bad_filter_is_refused_before_a_byte_is_sent(auditor, params, status):
    answer = auditor.get(LOG, params={"site": SITE} | params)
    assert answer.status_code == status
    if status != 200:
        assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize("form", ["json", "xml", "", "csv/x"])
def test_other_forms_are_not_there(auditor, form):
    assert auditor.get(f"/export/audit.{form}").status_code == 404


def test_a_refusal_in_the_browser_is_a_page(visitor, newsroom):
    sign_in(visitor, newsroom, Role.MODERATOR)
    answer = visitor.get(LOG, params={"site": SITE}, headers={"Accept": "text/html"})
    assert answer.status_code == 403
    assert "<h1>" in answer.text


@pytest.mark.parametrize(("site_of_origin", "status"), [("same-origin", 200), ("none", 200), ("cross-site", 403)])
def test_another_site_cannot_make_an_auditor_export(auditor, newsroom, site_of_origin, status):
    assert auditor.get(LOG, params={"site": SITE}, headers={"Sec-Fetch-Site": site_of_origin}).status_code == status
    events = audit.events(newsroom.desk, OPERATOR, site=SITE).rows
    assert len([event for event in events if event.type == "log:exported"]) == (status == 200)


def test_asking_for_the_headers_alone_exports_nothing(auditor, newsroom):
    newsroom.say()
    asked = auditor.head(LOG, params={"site": SITE})
    assert (asked.status_code, asked.content) == (200, b"")
    assert not [
        event for event in audit.events(newsroom.desk, OPERATOR, site=SITE).rows if event.type == "log:exported"
    ]
    given = auditor.get(LOG, params={"site": SITE})
    for name in ("content-type", "content-disposition", "cache-control"):
        assert asked.headers[name] == given.headers[name]


@pytest.mark.parametrize(
    ("role", "params", "status"),
    [
        (Role.MODERATOR, {"site": SITE}, 403),
        (Role.AUDITOR, {"site": "nowhere"}, 404),
        (Role.AUDITOR, {"site": SITE, "since": "yesterday"}, 400),
    ],
)
def test_headers_are_refused_like_the_file(visitor, newsroom, role, params, status):
    sign_in(visitor, newsroom, role)
    assert visitor.head(LOG, params=params).status_code == visitor.get(LOG, params=params).status_code == status


def test_a_reader_that_goes_away_leaves_no_transaction_open(newsroom, front):
    for start in range(0, 2_000, 500):
        newsroom.submit(*[incoming(f"text {number}") for number in range(start, start + 500)])
    with Client(application(front), base_url=BASE) as client:
        sign_in(client, newsroom, Role.AUDITOR)
        with client.stream("GET", LOG, params={"site": SITE}) as answer:
            next(answer.iter_bytes(1_000))
    assert newsroom.plant.engine.pool.checkedout() == 0


def test_the_workbook_reads_from_the_right_in_arabic(auditor, newsroom):
    newsroom.say()
    answer = auditor.get("/export/audit.xlsx", params={"site": SITE}, headers={"Accept-Language": "ar"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet.sheet_view.rightToLeft
    assert sheet["B1"].value == "الحدث"
    assert [row[3].value for row in sheet.iter_rows(min_row=sheet.max_row - 1)] == ["log:exported", "checkpoint"]
    english = auditor.get("/export/audit.xlsx", params={"site": SITE}, headers={"Accept-Language": "en"})
    assert not openpyxl.load_workbook(io.BytesIO(english.content)).active.sheet_view.rightToLeft


def test_parquet_is_for_programs(auditor, newsroom):
    newsroom.say()
    answer = auditor.get("/export/audit.parquet", params={"site": SITE})
    table = parquet.read_table(io.BytesIO(answer.content))
    rows = table.to_pylist()
    assert [row["position"] for row in rows] == list(range(len(rows)))
    assert json.loads(rows[-1]["body"])["type"] == "log:exported"
    assert table.schema.metadata[b"taliq.checkpoint"].startswith(f"taliq/{SITE}\n{len(rows)}\n".encode())


def test_a_signed_head_and_a_proof_are_downloads(auditor, newsroom):
    newsroom.say()
    head = auditor.get("/export/checkpoint", params={"site": SITE})
    assert head.text.startswith(f"taliq/{SITE}\n")
    assert ".checkpoint.txt" in head.headers["content-disposition"]
    proof = auditor.get("/export/proof", params={"site": SITE, "event": "1"})
    assert proof.text.startswith("c2sp.org/tlog-proof@v1\nextra ")
    assert proof.text.endswith(head.text)
    body = json.loads(audit.events(newsroom.desk, OPERATOR, site=SITE).rows[0].body)
    by_decision = auditor.get("/export/proof", params={"decision": body["data"]["decision"]})
    assert f"\nindex {body['position']}\n" in by_decision.text
    assert auditor.get("/export/checkpoint").text.startswith("taliq/desk\n")
    for query, status in (
        ({"event": "x"}, 400),
        ({}, 400),
        ({"event": "999999"}, 404),
        ({"event": "1", "a": "b"}, 400),
        ({"decision": "x"}, 400),
        ({"decision": "1"}, 404),
    ):
        assert auditor.get("/export/proof", params={"site": SITE} | query).status_code == status


@pytest.mark.parametrize("path", ["/export/checkpoint", "/export/proof?event=1"])
def test_another_page_may_not_have_it_signed(auditor, path):
    assert auditor.get(path, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_where_a_key_lies_is_not_told(lang):
    error = Unavailable(kind="signing_key", what="signing_key", path="/srv/signing.key")
    told = answers.shape(error, lang)
    assert (told["fields"], "/srv" in str(told)) == ({"what": "signing_key"}, False)
    assert told["message"] == catalog(lang)["errors.unavailable.signing_key"]
