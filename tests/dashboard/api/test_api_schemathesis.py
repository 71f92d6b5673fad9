"""Requests that schemathesis makes of the OpenAPI document, right ones and wrong ones, held against the document.

`TALIQ_FULL=1 make test ARGS=tests/dashboard/api/test_api_schemathesis.py` tries more of each operation.
"""

from __future__ import annotations

from functools import cache

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.generation import GenerationMode
from schemathesis.schemas import APIOperation

from dashboard.api import openapi
from dashboard.api.buckets import Buckets
from dashboard.api.front import Front
from dashboard.settings import Settings
from moderation.decision import Outcome, Reason
from moderation.service import review
from tests.amounts import amount
from tests.builders import Newsroom
from tests.dashboard.api.around import BASE, Client, application

EXAMPLES = amount(8, full=500)
MODES = {"right": GenerationMode.POSITIVE, "wrong": GenerationMode.NEGATIVE}


@pytest.fixture
def backend() -> str:
    """What the stores make of values is tested on both databases."""
    return "sqlite"


@cache
def operations() -> dict[str, APIOperation]:
    found = schemathesis.openapi.from_dict(dict(openapi.document())).get_all_operations()
    return {operation.ok().label: operation.ok() for operation in found}


@pytest.fixture
def site(newsroom: Newsroom) -> Client:
    """A site's server, where a comment waits, one is rejected, and no rate is reached."""
    newsroom.say(external_id="0", article_id="0", commenter_id="0")
    held = newsroom.say("rude words", external_id="1")
    card = review.open_card(newsroom.desk, newsroom.moderator, held.id)
    version = card.comment.version
    review.decide(
        newsroom.desk, newsroom.moderator, held.id, Outcome.REJECT, seen_version=version, reasons=[Reason.SPAM]
    )
    front = Front(
        desk=lambda: newsroom.desk,
        is_current=newsroom.plant.is_current,
        settings=Settings(),
        buckets=Buckets(10_000_000),
    )
    client = Client(application(front), base_url=BASE, follow_redirects=False)
    client.headers["Authorization"] = f"Bearer {newsroom.secret}"
    return client


def sent(site: Client, case: schemathesis.Case) -> httpx.Response:
    made = case.as_transport_kwargs(base_url=BASE, headers={"Authorization": site.headers["Authorization"]})
    body = {"content": made["data"]} if made.get("data") is not None else {}
    body |= {"json": made["json"]} if "json" in made else {}
    headers = {name: value for name, value in made["headers"].items() if value is not None}
    return site.request(made["method"], made["url"], params=made.get("params"), headers=headers, **body)


def takes_nothing(name: str) -> bool:
    """Then it cannot be asked wrongly."""
    method, path = name.split()
    told = openapi.document()["paths"][path]
    return not (
        told.get("parameters") or told[method.lower()].get("parameters") or "requestBody" in told[method.lower()]
    )


CASES = [(name, mode) for name in operations() for mode in MODES if not (mode == "wrong" and takes_nothing(name))]


@pytest.mark.parametrize(("name", "mode"), CASES)
def test_every_answer_is_one_that_the_document_tells_of(site: Client, name: str, mode: str) -> None:
    operation = operations()[name]

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=MODES[mode]))
    def ask(case: schemathesis.Case) -> None:
        response = sent(site, case)
        # The client has held the answer against the document; what is left is that nothing broke.
        assert response.status_code < 500
        if mode == "right":
            assert response.status_code not in (401, 405, 415), response.text

    ask()
