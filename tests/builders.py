"""Builders that name only what matters to a case, a clock that stands still, and a scorer that does as it is told."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from dashboard.wiring import Plant
from moderation.article import Site
from moderation.comment import Incoming
from moderation.decision import Reason
from moderation.policy import Policy
from moderation.ports import UnitOfWork
from moderation.roles import Caller, Key, Operator, Role, Session
from moderation.score import Explanation, Label, Scores, Span
from moderation.service import accounts, intake, settings
from moderation.service.denials import watched
from moderation.service.desk import Desk

START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
OPERATOR = Operator(name="test")
SITE = "al-marsad"
_numbers = count(1)


class Clock:
    """Stands still until it is told to go on."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def advance(self, **duration: float) -> None:
        self.at += timedelta(**duration)


def logit(probability: float) -> float:
    return math.log(probability / (1 - probability))


def scores(model: str = "test-1", **given: float) -> Scores:
    low = dict.fromkeys(("toxic", "insult", "hate", "threat", "obscene", "spam"), 0.01)
    return Scores(**({"reject": max((low | given).values())} | low | given), model=model)


@dataclass
class TableScorer:
    """Scores by a word in the text: `rude` is toxic, `threat` threatens, `ad` is spam; everything else is civil."""

    version: str = "test-1"
    table: dict[str, dict[str, float]] = field(
        default_factory=lambda: {
            "rude": {"toxic": 0.9, "insult": 0.8},
            "threat": {"toxic": 0.8, "threat": 0.95},
            "advert": {"spam": 0.9},
        }
    )

    def score(self, texts: Sequence[str]) -> list[Scores]:
        return [self._one(text) for text in texts]

    def about(self) -> dict[str, object]:
        return {"sets": [{"name": "invented", "language": "en", "licence": "CC0-1.0", "rows": 40, "domain": "tests"}]}

    def explain(self, text: str, label: Label) -> Explanation:
        """Exact: each word of the table found gives an equal part of what the label has over one that has nothing."""
        least = logit(scores().of(label))
        words = sorted(
            (text.index(word), word) for word, given in self.table.items() if label in given and word in text
        )
        whole = logit(self._one(text).of(label))
        spans = tuple(
            Span(start=at, end=at + len(word), contribution=(whole - least) / len(words)) for at, word in words
        )
        return Explanation(label=label, logit=whole, intercept=least, spans=spans)

    def _one(self, text: str) -> Scores:
        given: dict[str, float] = {}
        for word, labels in self.table.items():
            if word in text:
                given |= labels
        return scores(self.version, **given)


def incoming(body: str = "A civil thought", **given: object) -> Incoming:
    number = next(_numbers)
    fields: dict[str, object] = {
        "external_id": f"c-{number}",
        "article_id": "a-1",
        "commenter_id": f"u-{number}",
        "body": body,
        "created_at": START,
    }
    return Incoming(**(fields | given))  # type: ignore[arg-type]


@dataclass
class Newsroom:
    """A site with one person of each role, signed in, and a key of the site."""

    plant: Plant
    desk: Desk
    clock: Clock
    site: Site
    people: dict[Role, Session]
    second: Session
    key: Key
    secret: str

    @property
    def moderator(self) -> Session:
        return self.people[Role.MODERATOR]

    @property
    def admin(self) -> Session:
        return self.people[Role.ADMIN]

    def submit(self, *items: Incoming, caller: Caller | None = None) -> list[intake.Receipt]:
        return intake.submit(self.desk, caller or self.key, items)

    def say(self, body: str = "A civil thought", **given: object) -> intake.Receipt:
        return self.submit(incoming(body, **given))[0]

    def report(self, external_id: str, *, by: str, reason: Reason = Reason.OFFENSIVE) -> intake.Receipt:
        return intake.report(self.desk, self.key, external_id, reporter_id=by, reason=reason)

    def set_policy(self, **changes: object) -> Policy:
        current = settings.policy(self.desk, self.admin, site=SITE)
        draft = replace(current, **changes)  # type: ignore[arg-type]
        return settings.publish(self.desk, self.admin, draft, site=SITE, seen_number=current.number)


def sign_in(desk: Desk, name: str) -> Session:
    link = accounts.issue_link(desk, OPERATOR, name)
    return Session(token_hash=accounts.token_hash(accounts.sign_in_by_link(desk, link, address="127.0.0.1").token))


def moved(newsroom: Newsroom, plant: Plant) -> Newsroom:
    """The same newsroom on a copy of its database, with a clock of its own."""
    clock = Clock()
    return replace(newsroom, plant=plant, clock=clock, desk=_desk(plant, clock), people=dict(newsroom.people))


def _desk(plant: Plant, clock: Clock) -> Desk:
    # By this clock as well is told what is denied.
    return watched(replace(plant.desk, now=clock, scorer=TableScorer()))


def open_newsroom(plant: Plant, *, clock: Clock | None = None) -> Newsroom:
    clock = clock or Clock()
    desk = _desk(plant, clock)
    site = accounts.add_site(desk, OPERATOR, name=SITE, title="المرصد")
    people = {}
    for role in Role:
        accounts.add_staff(desk, OPERATOR, name=f"{role}-1", display_name=role.value.title(), role=role)
        people[role] = sign_in(desk, f"{role}-1")
    accounts.add_staff(desk, OPERATOR, name="moderator-2", display_name="Second", role=Role.MODERATOR)
    _, secret = settings.issue_key(desk, OPERATOR, site=SITE, name="cms")
    return Newsroom(
        plant=plant,
        desk=desk,
        clock=clock,
        site=site,
        people=people,
        second=sign_in(desk, "moderator-2"),
        key=Key(secret_hash=accounts.token_hash(secret)),
        secret=secret,
    )


def marked(enter: Callable[[], AbstractContextManager[UnitOfWork]]) -> tuple[Callable[[], Any], list[bool]]:
    """A desk's way into a transaction, and a list with a mark for each that is open now."""
    opened: list[bool] = []

    @contextmanager
    def entered() -> Iterator[UnitOfWork]:
        with enter() as uow:
            opened.append(True)
            yield uow
            opened.pop()

    return entered, opened
