"""The processes that are killed: forked, so that each starts at once. What was acknowledged goes into a pipe.

A line is written only after whoever asked has the answer: `c` and a comment's id for an HTTP answer that the client has
read, `d` and a decision's id when the use case has returned.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from dashboard import wiring
from dashboard.settings import Settings
from dashboard.wiring import Plant
from moderation.decision import Outcome
from moderation.errors import ModerationError
from moderation.roles import Session
from moderation.service import review
from tests.builders import SITE, TableScorer

_REST = 0.01
Tell = Callable[[str], None]


def forked(act: Callable[[Tell], None]) -> tuple[int, int]:
    """The process, and where to read what it tells."""
    reading, writing = os.pipe()
    process = os.fork()
    if process:
        os.close(writing)
        return process, reading
    try:
        os.close(reading)
        # One write of a short line is never torn.
        act(lambda line: os.write(writing, f"{line}\n".encode()) and None)
    except BaseException as error:  # a traceback would be the parent's test's
        os.write(2, f"victim: {type(error).__name__} {error}\n".encode())
    os._exit(0)


def plant_of(url: str, folder: Path) -> Plant:
    built = wiring.build(Settings(database_url=url, var=folder))
    return replace(built, desk=replace(built.desk, scorer=TableScorer()))


def server(url: str, folder: Path, listening: socket.socket, moderators: list[Session]) -> Callable[[Tell], None]:
    """The HTTP door as it is served, and moderators who decide what comes in."""

    def act(tell: Tell) -> None:
        import uvicorn
        from starlette.applications import Starlette

        from dashboard.api.buckets import Buckets
        from dashboard.api.doors import Doors
        from dashboard.api.front import Front

        plant = plant_of(url, folder)
        for moderator in moderators:
            threading.Thread(target=_decide, args=(plant, moderator, tell), daemon=True).start()
        front = Front(
            desk=lambda: plant.desk, is_current=plant.is_current, settings=plant.settings, buckets=Buckets(100_000)
        )
        config = uvicorn.Config(Doors(Starlette(), front=front), log_level="critical", lifespan="off")
        uvicorn.Server(config).run(sockets=[listening])

    return act


def _decide(plant: Plant, moderator: Session, tell: Tell) -> None:
    while True:
        try:
            card = review.next_card(plant.desk, moderator, site=SITE)
            if card is None:
                time.sleep(_REST)
                continue
            done = review.decide(
                plant.desk, moderator, card.comment.id, Outcome.APPROVE, seen_version=card.comment.version
            )
            tell(f"d {done.id}")
        except ModerationError:
            time.sleep(_REST)


def client(port: int, secret: str, prefix: str) -> Callable[[Tell], None]:
    """A site that sends each comment again until it has an answer, as the API's document tells it to."""

    def act(tell: Tell) -> None:
        number = 0
        while True:
            name = f"{prefix}-{number}"
            try:
                if _sent(port, secret, name):
                    tell(f"c {name}")
                    number += 1
            except (OSError, http.client.HTTPException):
                time.sleep(_REST)

    return act


def _sent(port: int, secret: str, name: str) -> bool:
    comment = {"external_id": name, "article_id": "a", "commenter_id": f"u-{name}", "body": f"a rude word {name}"}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        connection.request("POST", "/api/v1/comments", json.dumps(comment), headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status in (200, 201)
    finally:
        connection.close()


def importer(url: str, folder: Path, file: Path) -> Callable[[Tell], None]:
    """`taliq import`, which goes on where an earlier one was killed."""

    def act(tell: Tell) -> None:
        from dashboard.cli.main import taliq

        plant = plant_of(url, folder)
        os.environ |= {"TALIQ_DATABASE_URL": url, "TALIQ_VAR": str(folder)}
        wiring.plant = lambda: plant
        with open(os.devnull, "w") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        taliq.main(["import", str(file), "--site", SITE], standalone_mode=False)
        tell("i done")

    return act
