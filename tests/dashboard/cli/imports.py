"""Rows for `taliq import`, and what became of them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from dashboard.wiring import Plant
from moderation.comment import Status
from moderation.service import intake
from tests.builders import OPERATOR

SITE = "al-marsad"
TALLY = re.compile(r"([\d,]+) rows read: ([\d,]+) stored, ([\d,]+) there already, ([\d,]+) set aside")


def row(number: int, body: str = "A civil thought", **more: object) -> dict[str, object]:
    return {"external_id": f"c{number}", "article_id": "a", "commenter_id": f"u{number % 7}", "body": body, **more}


def lines(*rows: dict[str, object]) -> str:
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in rows)


def tally(output: str) -> tuple[int, int, int, int]:
    """Read, stored, there already, set aside; the sum is checked in passing."""
    found = TALLY.search(output)
    assert found, output
    read, stored, duplicates, quarantined = (int(number.replace(",", "")) for number in found.groups())
    assert read == stored + duplicates + quarantined
    return read, stored, duplicates, quarantined


def aside(path: Path) -> list[dict[str, Any]]:
    name = path.with_name(path.name + ".quarantine.jsonl")
    return [json.loads(line) for line in name.read_text(encoding="utf-8").splitlines()]


def stored(plant: Plant, *external_ids: str) -> list[Status]:
    return [intake.lookup(plant.desk, OPERATOR, one, site=SITE).status for one in external_ids]
