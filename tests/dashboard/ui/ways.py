"""What tests of the ways through the queue do again and again."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from moderation.comment import Status
from moderation.decision import Outcome, Reason
from moderation.roles import Role
from moderation.service import intake, opinions, review
from tests.builders import SITE, Newsroom
from tests.dashboard.ui.pages import Signed, press, words


def opened(signed: Signed, *, role: Role = Role.MODERATOR, lang: str = "en", **query: str) -> AppTest:
    return signed.open("queue", role=role, lang=lang, **query)


def status(newsroom: Newsroom, receipt: intake.Receipt) -> Status:
    return intake.lookup(newsroom.desk, newsroom.key, receipt.external_id).status


def shown(app: AppTest, receipt: intake.Receipt) -> bool:
    return f'data-comment="{receipt.id}"' in words(app)


def ask(newsroom: Newsroom, receipt: intake.Receipt, outcome: Outcome = Outcome.REJECT) -> None:
    reasons = [Reason.ABUSIVE] if outcome is Outcome.REJECT else []
    given = {"seen_version": 1, "reasons": reasons, "note": "half <sure>"}
    opinions.give(newsroom.desk, newsroom.second, receipt.id, outcome, **given)  # type: ignore[arg-type]


def with_a_colleague(newsroom: Newsroom, app: AppTest) -> AppTest:
    """The first comment is skipped, a colleague is given it, and one looks back at it."""
    app = press(app, "skip")
    found = review.next_card(newsroom.desk, newsroom.second, site=SITE)
    assert found is not None
    return press(app, "previous")
