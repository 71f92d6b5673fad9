"""Learning from decisions: what it gains on words that the base does not know, and that it forgets nothing."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from moderation.classifier import Classifier, artifact
from moderation.classifier.adapting import Adapting, adapted, answers_of
from moderation.classifier.corpus import UNKNOWN
from moderation.classifier.errors import DecisionsAlike, DecisionsFew
from moderation.classifier.own_training import own_model
from moderation.decision import Reason
from moderation.ports import Judged
from moderation.score import LABELS
from tests.moderation.classifier.conftest import silent

_PLAIN = "شكرا خبر مفيد تحليل جيد رأي محترم سلام للجميع".split()
# Insults of one newsroom's readers; no set that the base learned from has them.
_OWN = "خربوطي زعبوطي فنطوسي".split()
_KNOWN = "غبي كلب تافه".split()


def judged(number: int, body: str, *reasons: Reason) -> Judged:
    return Judged(
        decision_id=number, comment_id=number, body=body, language="ar", rejected=bool(reasons), reasons=reasons
    )


def decisions(count: int, *, seed: int = 1) -> list[Judged]:
    """Half are rejected, for a word of the newsroom's own."""
    chance = random.Random(seed)
    made = []
    for number in range(count):
        words = chance.choices(_PLAIN, k=5)
        reasons = (Reason.OFFENSIVE,) if number % 2 else ()
        if reasons:
            words[chance.randrange(5)] = chance.choice(_OWN)
        made.append(judged(number, " ".join(words), *reasons))
    return made


def toxic(model: artifact.Artifact, texts: Sequence[str]) -> list[float]:
    return [one.toxic for one in Classifier(model).score(texts)]


def test_it_learns_words_that_the_base_has_never_seen(model_folder: Path) -> None:
    base = artifact.load(model_folder)
    made = adapted(base, decisions(400), Adapting(), progress=silent)
    assert (made.learned, made.before.parts[0].decisions, made.classes) == (320, 80, (LABELS[0],))
    assert made.after.parts[0].ranking.auc > 0.95 > made.before.parts[0].ranking.auc
    rude, civil = toxic(made.model, [f"شكرا {_OWN[0]} جيد", "شكرا خبر جيد"])
    assert rude > toxic(base, [f"شكرا {_OWN[0]} جيد"])[0] + 0.1
    assert rude > civil


def test_it_forgets_nothing(model_folder: Path) -> None:
    base = artifact.load(model_folder)
    made = adapted(base, decisions(400), Adapting(), progress=silent).model
    texts = [f"{first} {second} {third}" for first in _PLAIN for second in _KNOWN for third in _PLAIN]
    texts += [f"{first} {second} خبر" for first in _PLAIN for second in _PLAIN]
    answers = np.array([any(word in text for word in _KNOWN) for text in texts])
    before, after = np.array(toxic(base, texts)), np.array(toxic(made, texts))
    assert after[answers].min() > after[~answers].max()
    assert np.corrcoef(before, after)[0, 1] > 0.99
    assert set(base.buckets.tolist()) <= set(made.buckets.tolist())


def test_classes_without_answers_stay_as_they_were(model_folder: Path) -> None:
    base = artifact.load(model_folder)
    made = adapted(base, decisions(400), Adapting(), progress=silent).model
    texts = [" ".join(_PLAIN), "سأقتلك غبي", "اربح خصم اشترك http://shop.example"]
    for one, other in zip(Classifier(base).score(texts), Classifier(made).score(texts), strict=True):
        assert one.values()[1:] == pytest.approx(other.values()[1:], abs=1e-6)
    assert (made.slopes, made.intercepts, made.reject) == (base.slopes, base.intercepts, base.reject)


def test_a_rejection_answers_for_its_reasons_only() -> None:
    answers = answers_of(
        [judged(1, "a"), judged(2, "b", Reason.SPAM), judged(3, "c", Reason.THREAT), judged(4, "d", Reason.OFF_TOPIC)]
    )
    names = {label.value: place for place, label in enumerate(LABELS)}
    assert answers[0].tolist() == [0] * 6
    assert {name for name, place in names.items() if answers[1, place] == 1} == {"spam"}
    assert {name for name, place in names.items() if answers[2, place] == 1} == {"toxic", "threat"}
    assert set(answers[3].tolist()) == {UNKNOWN}
    assert 0 not in answers[1:]


def test_too_little_is_refused_with_what_is_missing(model_folder: Path) -> None:
    base = artifact.load(model_folder)
    with pytest.raises(DecisionsFew) as few:
        adapted(base, decisions(99), Adapting(), progress=silent)
    assert few.value.fields == {"found": 99, "least": 100}
    approved = [replace(one, rejected=False, reasons=()) for one in decisions(200)]
    with pytest.raises(DecisionsAlike):
        adapted(base, approved, Adapting(), progress=silent)


def test_the_saved_model_tells_its_base_its_teachers_and_its_figures(model_folder: Path, tmp_path: Path) -> None:
    base, about = artifact.load(model_folder), artifact.about(model_folder)
    stages: list[str] = []
    made = own_model(
        base, about, decisions(400), tmp_path, source="al-marsad", progress=lambda stage, *_: stages.append(stage)
    )
    loaded = Classifier.load(tmp_path)
    assert loaded.version == made.version == made.after.model
    story = loaded.about()
    assert (story["base"], story["decisions"]["held_out"]) == (base.version, 80)
    assert [one["name"] for one in story["sets"]][-1] == "decisions"
    assert story["held_out"]["after"]["parts"][0]["ranking"]["auc"] == made.after.parts[0].ranking.auc
    assert list(dict.fromkeys(stages)) == ["counting", "fitting", "writing"]
    card = (tmp_path / "CARD.md").read_text()
    assert base.version in card
    assert "biased sample" in card
    assert not any(word in card for word in (*_OWN, *_PLAIN))
    again = own_model(base, about, decisions(400), tmp_path / "again", source="al-marsad", progress=silent)
    assert again.version == made.version
    for path in (tmp_path / "again").iterdir():
        assert path.read_bytes() == (tmp_path / path.name).read_bytes()
