"""The overall score: whose answers it learns, what it may not learn, and what stands for it where there is none."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from moderation.classifier import Classifier, artifact, corpus, overall
from moderation.classifier.classifier import SHIPPED
from moderation.classifier.corpus import UNKNOWN
from moderation.classifier.errors import ModelAltered, ModelError
from moderation.classifier.reject import LIMIT, Reject, highest
from moderation.classifier.sources import Group
from moderation.score import LABELS
from tests.moderation.classifier.conftest import row, silent, write_set


def test_answers_are_of_any_class_and_civil_only_where_asked(tmp_path: Path) -> None:
    write_set(
        tmp_path,
        "invented",
        [
            row("one", 1, "toxic"),
            row("two", 0, "spam"),
            row("three", 0),
            row("four", 0, "threat"),
        ],
    )
    read = corpus.read(tmp_path, Group.FULL, silent)
    assert overall.answers_of(read).tolist() == [1, 1, 0, 1]
    picked = replace(read, sources=tuple(replace(source, natural=False) for source in read.sources))
    assert set(overall.answers_of(picked).tolist()) == {UNKNOWN}


def test_no_class_speaks_for_a_comment() -> None:
    chance = np.random.default_rng(1)
    logits = chance.normal(size=(2_000, len(LABELS)))
    answers = (logits[:, 0] - 2 * logits[:, 1] + chance.logistic(size=2_000) > 0).astype(np.int8)
    found = overall.learned(logits, answers, np.ones(2_000))
    assert min(found.slopes) >= 0
    assert found.slopes[0] > 0.3
    assert found.slopes[1] == 0


def test_probabilities_are_true_where_the_classes_are() -> None:
    chance = np.random.default_rng(2)
    logits = np.full((4_000, len(LABELS)), -3.0)
    logits[:, 0] = chance.normal(size=4_000)
    answers = (chance.random(4_000) < 1 / (1 + np.exp(-logits[:, 0]))).astype(np.int8)
    found = overall.learned(logits, answers, np.ones(4_000))
    said = 1 / (1 + np.exp(-found.logits(logits)))
    assert said.mean() == pytest.approx(answers.mean(), abs=0.02)
    assert found.slopes[0] == pytest.approx(1, abs=0.15)


def test_a_class_that_nobody_judged_weighs_no_more_than_one_that_is_sure() -> None:
    reject = Reject(slopes=(1.0,) * 6, intercept=0.5)
    never, sure = np.full((1, 6), -40.0), np.full((1, 6), -LIMIT)
    assert reject.logits(never) == reject.logits(sure) == pytest.approx(0.5 - 6 * LIMIT)


def test_too_few_answers_teach_nothing() -> None:
    assert overall.learned(np.zeros((30, 6)), np.ones(30, np.int8), np.ones(30)) is None
    assert overall.learned(np.zeros((30, 6)), np.full(30, UNKNOWN, np.int8), np.ones(30)) is None


def test_a_model_without_one_is_served_with_its_highest_class(model_folder: Path) -> None:
    model = artifact.load(model_folder)
    texts = ["غبي كلب تافه", "شكرا خبر مفيد", ""]
    for one in Classifier(replace(model, reject=None)).score(texts):
        assert one.reject == max(one.values())
    given = replace(model, reject=Reject(slopes=(1.0, 0, 0, 0, 0, 0), intercept=1.0))
    served = Classifier(given)
    for one, (toxic, *_) in zip(served.score(texts), served.logits(texts).tolist(), strict=True):
        cut = min(max(toxic, -LIMIT), LIMIT)
        assert one.reject == pytest.approx(1 / (1 + np.exp(-cut - 1)), abs=1e-6)
    assert highest(np.array([[1.0, 3.0, 2.0]])).tolist() == [3.0]


@pytest.mark.parametrize("group", ["full", "open"])
def test_the_shipped_models_put_it_above_the_rule_that_it_replaces(group: str) -> None:
    about = artifact.about(SHIPPED / group)["overall"]
    for figure in ("auc", "average_precision"):
        assert about["learned"]["ranking"][figure] > about["highest"]["ranking"][figure]
    assert about["learned"]["reliability"]["error"] < about["highest"]["reliability"]["error"]
    assert artifact.load(SHIPPED / group).reject is not None


def saved(folder: Path, model: artifact.Artifact) -> dict[str, object]:
    artifact.save(model, folder, name="test", about={})
    manifest: dict[str, object] = json.loads((folder / "manifest.json").read_text())
    return manifest


def test_it_is_saved_checked_and_never_falls(model_folder: Path, tmp_path: Path) -> None:
    reject = Reject(slopes=(0.5, 0, 0, 0, 0, 0.25), intercept=-1.0)
    manifest = saved(tmp_path, replace(artifact.load(model_folder), reject=reject))
    assert artifact.load(tmp_path).reject == reject
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(manifest | {"reject": {"slopes": [0.5] * 6, "intercept": -1.0}}))
    with pytest.raises(ModelAltered):
        artifact.load(tmp_path)
    for wrong in ((-0.5, 0, 0, 0, 0, 0), (1.0,) * 5, (float("inf"),) * 6):
        saved(tmp_path, replace(artifact.load(model_folder), reject=Reject(slopes=wrong, intercept=0.0)))
        with pytest.raises(ModelError):
            artifact.load(tmp_path)
