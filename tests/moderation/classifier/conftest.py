"""A small corpus of our own words, and a model learned from it once."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from moderation.classifier.design import Recipe
from moderation.classifier.sources import Group
from moderation.classifier.training import trained

SMALL = Recipe(bits=14, least_rows=2, folds=2)

Row = dict[str, Any]

_CIVIL = "شكرا خبر مفيد تحليل جيد أوافق الكاتب رأي محترم سلام للجميع كلام منطقي good point thanks article".split()
_RUDE = "غبي حمار كلب تافه كذاب وقح idiot stupid".split()
_THREATS = "سأقتلك سأضربك سنحرقكم".split()
_SPAM = "اربح خصم اشترك http://shop.example www.win.example".split()


def row(text: str, label: int | None, *classes: str) -> Row:
    return {"id": "x", "text": text, "label": label, "classes": list(classes)}


def comments(count: int, *, seed: int) -> list[Row]:
    """Rows of which a third is rude, some of those threatening, and a tenth spam; a few labels are wrong."""
    chance = random.Random(seed)
    rows: list[Row] = []
    for _ in range(count):
        words = chance.choices(_CIVIL, k=chance.randint(2, 8))
        classes: list[str] = []
        if chance.random() < 0.33:
            words += chance.choices(_RUDE, k=2)
            classes = ["toxic", "hate"] if chance.random() < 0.3 else ["toxic"]
            if chance.random() < 0.3:
                words += chance.choices(_THREATS, k=1)
                classes.append("threat")
        if chance.random() < 0.1:
            words += chance.choices(_SPAM, k=2)
            classes.append("spam")
        chance.shuffle(words)
        label = int("toxic" in classes) ^ (chance.random() < 0.03)
        classes = [one for one in classes if one != "toxic"] + ["toxic"] * label
        rows.append(row(" ".join(words), label, *classes))
    return rows


def write_set(folder: Path, name: str, rows: Iterable[Row]) -> None:
    folder.mkdir(exist_ok=True)
    with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(one) + "\n" for one in rows)


def silent(stage: str, done: int, total: int) -> None:
    """A progress that nobody watches."""


@pytest.fixture(scope="session")
def corpus_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three sets whose names say what was judged: two Arabic ones under different licences, one English."""
    folder = tmp_path_factory.mktemp("corpus")
    write_set(folder, "mpold", comments(300, seed=1))
    write_set(folder, "sohateful", comments(300, seed=2))
    write_set(folder, "cat_wikipedia", comments(200, seed=3))
    return folder


@pytest.fixture(scope="session")
def train(corpus_folder: Path) -> Callable[[Path], str]:
    return lambda out: trained(corpus_folder, Group.FULL, out, progress=silent, recipe=SMALL)


@pytest.fixture(scope="session")
def model_folder(train: Callable[[Path], str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    train(folder)
    return folder
