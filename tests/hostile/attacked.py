"""A newsroom whose every field that a stranger or a colleague writes has been attacked, through every door."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from click.testing import CliRunner

from dashboard import wiring
from dashboard.cli.main import taliq as command
from moderation.comment import Comment
from moderation.decision import Outcome, Reason
from moderation.errors import Invalid
from moderation.measure import MeasureKind
from moderation.parsing import plain
from moderation.roles import Role
from moderation.search import Chosen, Found, SearchFilter
from moderation.service import accounts, appeals, batches, commenters, intake, search, settings, shifts
from moderation.text.words import is_found
from tests.builders import OPERATOR, SITE, Newsroom
from tests.dashboard.api.around import Client
from tests.hostile.strings import ALL, SAMPLE

COMMENTS = "/api/v1/comments"
_STORABLE = str.maketrans({0: "\ufffd"} | {point: "\ufffd" for point in range(0xD800, 0xE000)})


def kept(text: str) -> str:
    """What is stored of a text: what no database can hold is replaced, all else is as it was."""
    return text.translate(_STORABLE)


def fields(door: str, number: int, text: str) -> dict[str, str]:
    """A comment that attacks by each of its fields."""
    line = plain(text)
    return {
        "external_id": f"{door}-{number}",
        "article_id": f"{line[:150]}#{door}-{number}",
        "commenter_id": f"{line[:150]}#{door}-{number}",
        "body": text,
        "commenter_name": text,
        "article_title": text,
        "section": f"{line[:100]}#{number % 20}",
    }


@dataclass
class Attack:
    newsroom: Newsroom
    client: Client
    folder: Path

    def made(self, *, all_doors: bool) -> None:
        self.over_http()
        self.by_files()
        if all_doors:
            self.by_edits()
            self.by_reports()
            self.by_appeals()
            self.by_colleagues()
        # Last, for words that are banned would decide what comes in.
        self.by_settings()

    def over_http(self) -> None:
        for number, text in enumerate(SAMPLE):
            answer = self.client.post(COMMENTS, content=json.dumps(fields("one", number, text)).encode(), headers=_JSON)
            assert answer.status_code == 201, (text, answer.text)
        many = [fields("array", number, text) for number, text in enumerate(ALL)]
        answer = self.client.post(COMMENTS, content=json.dumps(many).encode(), headers=_JSON)
        assert answer.status_code == 201, answer.text[:500]
        refused = [item["error"] for item in answer.json()["results"] if "error" in item]
        assert (answer.json()["created"], refused) == (len(ALL), []), refused

    def by_files(self) -> None:
        lines, table = self.folder / "attack.jsonl", self.folder / "attack.csv"
        lines.write_text(
            "".join(json.dumps(fields("jsonl", number, text)) + "\n" for number, text in enumerate(ALL)), "utf-8"
        )
        with table.open("w", encoding="utf-8", errors="replace", newline="") as file:
            writer = csv.DictWriter(file, list(fields("csv", 0, "x")))
            writer.writeheader()
            writer.writerows(fields("csv", number, text) for number, text in enumerate(ALL))
        for path in (lines, table):
            done = CliRunner().invoke(command, ["import", str(path), "--site", SITE])
            assert (done.exit_code, done.exception) == (0, None), done.output

    def by_edits(self) -> None:
        """Each text takes the place of another."""
        for number, text in enumerate(reversed(ALL)):
            content = json.dumps({"body": text}).encode()
            answer = self.client.patch(f"{COMMENTS}/array-{number}", content=content, headers=_JSON)
            assert answer.status_code == 200, (text, answer.text)

    def by_reports(self) -> None:
        for number, text in enumerate(ALL):
            given = {"reporter_id": plain(text) or "r", "reason": "other", "note": text}
            if number < len(SAMPLE):
                path = f"{COMMENTS}/jsonl-{number}/reports"
                answer = self.client.post(path, content=json.dumps(given).encode(), headers=_JSON)
                assert answer.status_code in (200, 201), answer.text
                continue
            self.newsroom_report(f"jsonl-{number}", given)

    def newsroom_report(self, external_id: str, given: dict[str, str]) -> None:
        intake.report(
            self.newsroom.desk,
            self.newsroom.key,
            external_id,
            reporter_id=given["reporter_id"],
            reason=Reason.OTHER,
            note=plain(given["note"]),
        )

    def by_appeals(self) -> None:
        wanted = [one.comment for one in self.found() if one.comment.external_id.startswith("csv-")]
        chosen = [Chosen(one.id, one.version) for one in wanted]
        note = "\n".join(SAMPLE)[:2_000]
        batches.decide_many(
            self.newsroom.desk,
            self.newsroom.admin,
            chosen,
            Outcome.REJECT,
            site=SITE,
            reasons=[Reason.SPAM],
            note=kept(note),
        )
        for number, text in enumerate(ALL):
            appeals.lodge(self.newsroom.desk, self.newsroom.key, f"csv-{number}", kept(text))

    def by_colleagues(self) -> None:
        desk, admin = self.newsroom.desk, self.newsroom.admin
        somebody = self.found()[0].comment.commenter_id
        # A browser's message cannot hold half a character.
        for number, text in enumerate(map(kept, SAMPLE)):
            accounts.add_staff(desk, OPERATOR, name=f"x{number}", display_name=text, role=Role.MODERATOR)
            with suppress(Invalid):
                settings.issue_key(desk, OPERATOR, site=SITE, name=text[:100])
            commenters.note(desk, admin, somebody, text, site=SITE)
            shifts.end(desk, admin, site=SITE, note=text)
        commenters.take(desk, admin, somebody, MeasureKind.WARN, site=SITE, reason=Reason.SPAM, note=SAMPLE[0])

    def by_settings(self) -> None:
        words = tuple(dict.fromkeys(word for text in ALL if (word := listed(text))))
        current = settings.policy(self.newsroom.desk, self.newsroom.admin, site=SITE)
        draft = replace(current, banned=words, suspect=words[::-1], messages=tuple(map(kept, ALL[:50])))
        settings.publish(
            self.newsroom.desk, self.newsroom.admin, draft, site=SITE, seen_number=current.number, note=SAMPLE[0]
        )

    def found(self) -> list[Found]:
        """Every stored comment, newest first."""
        before: int | None = None
        rows: list[Found] = []
        while True:
            page = search.find(
                self.newsroom.desk, self.newsroom.admin, site=SITE, where=SearchFilter(), before=before, limit=100
            )
            rows += page.rows
            if page.next_before is None:
                return rows
            before = page.next_before

    def stored(self, door: str) -> dict[int, Comment]:
        """The comments of one door by the number of their text."""
        with self.newsroom.desk.read() as uow:
            ids = [f"{door}-{number}" for number in range(len(ALL))]
            found = uow.comments.by_external(self.newsroom.site.id, ids)
        return {int(name.rpartition("-")[2]): one for name, one in found.items()}


def listed(text: str) -> str:
    """As a list of words takes it: the desk refuses what has no word in it."""
    entry = plain(text)[:95].strip()
    return entry if not entry or is_found(entry) else f"{entry} word"


_JSON = {"Content-Type": "application/json"}


def opened(newsroom: Newsroom, client: Client, folder: Path, *, all_doors: bool) -> Iterator[Attack]:
    """The attack made, with the command and the routes on this newsroom's database."""
    import pytest

    client.headers["Authorization"] = f"Bearer {newsroom.secret}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wiring, "plant", lambda: replace(newsroom.plant, desk=newsroom.desk))
        attack = Attack(newsroom, client, folder)
        attack.made(all_doors=all_doors)
        yield attack
