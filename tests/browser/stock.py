"""What is in the desk when a browser opens it: the demo newsroom, and comments that a test needs."""

from __future__ import annotations

import json
import shutil
from importlib.resources import files
from pathlib import Path

from dashboard.settings import Settings
from dashboard.wiring import build
from moderation.article import IncomingArticle
from moderation.decision import Outcome
from moderation.roles import Operator
from moderation.service import accounts, demo, intake
from moderation.service.desk import Desk
from tests.builders import OPERATOR, SITE, incoming

# One of each role, as the demo has them.
MODERATOR, COLLEAGUE, EDITOR, AUDITOR, ADMIN = "amal", "karim", "salma", "hisham", "rania"
PASSWORD = "seven quiet lighthouses"


def load_demo(database: str) -> None:
    """The demo's weeks in an empty database, and a password for one of its moderators."""
    plant = build(Settings(database_url=database))
    try:
        plant.prepare()
        folder = files("dashboard.demo")
        newsroom = json.loads(folder.joinpath("newsroom.json").read_text(encoding="utf-8"))
        lines = folder.joinpath("comments.jsonl").read_text(encoding="utf-8").splitlines()
        demo.load(plant.desk, Operator(name="cli"), newsroom, [json.loads(line) for line in lines])
        accounts.set_password(plant.desk, OPERATOR, MODERATOR, PASSWORD)
    finally:
        plant.close()


def copy_of(template: Path, folder: Path) -> str:
    """A database of its own; nothing has the template open, so its one file is all of it."""
    copy = folder / "taliq.sqlite"
    shutil.copy(template, copy)
    return f"sqlite:///{copy}"


def pile(desk: Desk, *bodies: str, **given: object) -> str:
    """Comments under a new article, away from the demo's; the queue's address for them alone."""
    external_id = f"pile-{desk.new_id()}"
    article, _ = intake.save_article(
        desk, OPERATOR, IncomingArticle(external_id=external_id, title="Of its own"), site=SITE
    )
    for body in bodies:
        waiting(desk, body, article_id=external_id, **given)
    return f"/?article={article.id}"


def waiting(desk: Desk, body: str = "A rude remark", **given: object) -> intake.Receipt:
    """A comment of now that the policy holds, as long as its text has the word `rude`, `threat` or `advert`."""
    receipt = intake.submit(desk, OPERATOR, [incoming(body, **({"created_at": desk.now()} | given))], site=SITE)[0]
    assert receipt.outcome is Outcome.HOLD
    return receipt
