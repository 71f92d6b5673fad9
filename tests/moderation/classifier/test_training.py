"""Training on a small corpus of our own words."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from moderation.classifier import Classifier, artifact, calibration, corpus, design, evaluation, fitting, solver
from moderation.classifier.lessons import SOURCE, with_lessons
from moderation.classifier.sources import Group
from moderation.classifier.training import trained
from moderation.errors import Invalid
from moderation.score import LABELS, Label
from moderation.service.training import train as train_use_case
from tests.moderation.classifier.conftest import SMALL, comments, row, silent, write_set


@pytest.fixture(scope="module")
def learned(corpus_folder: Path) -> tuple[corpus.Corpus, design.Design]:
    read = with_lessons(corpus.read(corpus_folder, Group.FULL, silent))
    return read, design.design(read.texts, SMALL)


def test_the_same_sets_seed_and_versions_give_the_same_bytes(
    train: Callable[[Path], str], model_folder: Path, tmp_path: Path
) -> None:
    train(tmp_path / "again")
    names = sorted(path.name for path in model_folder.iterdir())
    assert names == sorted(path.name for path in (tmp_path / "again").iterdir())
    for name in names:
        assert (tmp_path / "again" / name).read_bytes() == (model_folder / name).read_bytes(), name


def test_another_seed_gives_another_version(corpus_folder: Path, model_folder: Path, tmp_path: Path) -> None:
    other = trained(corpus_folder, Group.FULL, tmp_path, progress=silent, recipe=replace(SMALL, seed=2))
    assert other != artifact.load(model_folder).version


def test_serving_gives_what_was_learned(learned: tuple[corpus.Corpus, design.Design], model_folder: Path) -> None:
    """One kernel: the served sums are those of the training matrix, but for the rounding of weights to a byte."""
    read, made = learned
    model = artifact.load(model_folder)
    assert np.array_equal(model.buckets, made.buckets)
    sums = made.matrix @ (model.weights * np.array(model.steps))
    logits = sums * np.array(model.slopes)[made.scripts] + np.array(model.intercepts)[made.scripts]
    served = Classifier(model).probabilities(read.texts)[:, : len(LABELS)]
    assert served == pytest.approx(1 / (1 + np.exp(-logits)), abs=2e-6)


def test_rounding_weights_to_a_byte_keeps_the_order(learned: tuple[corpus.Corpus, design.Design]) -> None:
    read, made = learned
    answers = read.answers[:, 0]
    exact = fitting.fit(made.matrix, answers, read.sets, scripts=made.scripts, recipe=SMALL)
    step = np.abs(exact).max() / 127
    rounded = np.rint(exact / step) * step
    assert np.corrcoef(made.matrix @ exact, made.matrix @ rounded)[0, 1] > 0.999


def test_it_learns_what_the_corpus_says(model_folder: Path) -> None:
    rude, civil, threat, spam = Classifier.load(model_folder).score(
        ["غبي كلب تافه", "شكرا خبر مفيد", "سأقتلك كلب غبي", "اربح خصم اشترك http://shop.example"]
    )
    assert rude.toxic > 0.8 > 0.2 > civil.toxic
    assert threat.threat > max(rude.threat, civil.threat, spam.threat)
    assert spam.spam > max(rude.spam, civil.spam, threat.spam)


def test_a_class_that_no_set_judged_scores_nothing(model_folder: Path) -> None:
    story = artifact.about(model_folder)
    assert "insult" not in story["learned"]
    scores = Classifier.load(model_folder).score(["غبي", "شكرا", ""])
    assert {one.insult for one in scores} == {0.0}


def test_calibration_keeps_the_order_and_hits_the_share(learned: tuple[corpus.Corpus, design.Design]) -> None:
    read, made = learned
    column = LABELS.index(Label.TOXIC)
    weights = fitting.fit(made.matrix, read.answers[:, column], read.sets, scripts=made.scripts, recipe=SMALL)
    sums = fitting.out_of_fold(made, read, column, recipe=SMALL)
    linear = calibration.calibrated(weights, sums, read, column, scripts=made.scripts)
    assert min(linear.slopes) > 0
    assert evaluation.reliability(linear, sums, read, column, scripts=made.scripts).error < 0.1


def test_a_class_that_features_tell_wrongly_is_not_turned_round(
    learned: tuple[corpus.Corpus, design.Design],
) -> None:
    read, made = learned
    wrong = -read.answers[:, 0].astype(np.float32)
    assert min(calibration.calibrated(wrong, wrong, read, 0, scripts=made.scripts).slopes) > 0


def test_sets_picked_for_their_offences_do_not_calibrate(tmp_path: Path) -> None:
    write_set(tmp_path, "mpold", comments(50, seed=4))
    write_set(tmp_path, "davidson", comments(50, seed=5))
    read = corpus.read(tmp_path, Group.FULL, silent)
    rows = calibration.calibration_rows(read, 0)
    assert {read.sources[number].name for number in read.sets[rows]} == {"mpold"}


def test_sets_picked_for_their_offences_calibrate_where_there_is_nothing_else(tmp_path: Path) -> None:
    write_set(tmp_path, "davidson", comments(50, seed=5))
    assert calibration.calibration_rows(corpus.read(tmp_path, Group.FULL, silent), 0).size == 50


def test_a_class_judged_only_where_comments_were_picked_is_calibrated_with_civil_ones(tmp_path: Path) -> None:
    write_set(tmp_path, "mlma_fr", [row(f"idiot {number}", 1, "toxic", "insult") for number in range(30)])
    write_set(tmp_path, "mpold", [row("شكرا", 0), row("غبي", 1, "toxic")] * 20)
    read = corpus.read(tmp_path, Group.FULL, silent)
    column = LABELS.index(Label.INSULT)
    rows = calibration.calibration_rows(read, column)
    assert sorted(calibration.calibration_answers(read, column)[rows]) == [0] * 20 + [1] * 30


def test_the_descent_finds_what_scikit_learn_finds(learned: tuple[corpus.Corpus, design.Design]) -> None:
    _, made = learned
    matrix = made.matrix[:800]
    answers = (np.asarray(matrix.sum(axis=1)).ravel() > np.median(matrix.sum(axis=1))).astype(np.int8)
    ours = solver.weights_of(matrix, answers, np.zeros(800, np.int64), strength=2.0, tolerance=1e-6, epochs=500, seed=1)
    theirs = LogisticRegression(C=2.0, solver="liblinear", dual=True, tol=1e-8, max_iter=5_000, random_state=1)
    indices, ends = matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32)
    theirs.fit(sparse.csr_matrix((matrix.data.astype(np.float64), indices, ends), shape=matrix.shape), answers)
    assert ours == pytest.approx(theirs.coef_[0], abs=2e-3)


def test_our_own_sentences_are_a_set_of_their_own(corpus_folder: Path) -> None:
    read = corpus.read(corpus_folder, Group.FULL, silent)
    both = with_lessons(read)
    added = both.rows_of(SOURCE)
    threats = both.answers[added, LABELS.index(Label.THREAT)]
    assert both.texts[: len(read.texts)] == read.texts
    assert min(np.bincount(threats)) > 100
    assert len(set(both.texts[len(read.texts) :])) == added.sum()


def test_folds_share_out_every_set(learned: tuple[corpus.Corpus, design.Design]) -> None:
    read, _ = learned
    fold = fitting.folds(read, SMALL)
    for source in read.sources:
        sizes = np.bincount(fold[read.rows_of(source)], minlength=SMALL.folds)
        assert sizes.max() - sizes.min() <= 1


def test_a_set_is_left_out_with_what_was_derived_from_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for seed, name in enumerate(("arabizi", "dziriofn", "mpold")):
        write_set(tmp_path, name, comments(100, seed=seed))
    read = corpus.read(tmp_path, Group.FULL, silent)
    made = design.design(read.texts, SMALL)
    learned_from: list[set[str]] = []

    def fit(matrix, answers, sets, **others):  # type: ignore[no-untyped-def]
        learned_from.append({read.sources[number].name for number in sets})
        return fitting.fit(matrix, answers, sets, **others)

    monkeypatch.setattr(evaluation, "fit", fit)
    for source in evaluation.held_out(read):
        assert evaluation.without(source, made, read, SMALL) is not None
    assert learned_from == [{"mpold"}, {"arabizi", "dziriofn"}]


def test_one_set_alone_is_not_compared(tmp_path: Path) -> None:
    write_set(tmp_path, "mpold", comments(100, seed=1))
    trained(tmp_path, Group.FULL, tmp_path / "out", progress=silent, recipe=SMALL)
    assert artifact.about(tmp_path / "out")["left_out"] == {}


def test_texts_without_features_can_be_learned_from(tmp_path: Path) -> None:
    write_set(tmp_path, "mpold", [row("", 1, "toxic"), row("\ud800", 0), row("\x00", 0), *comments(40, seed=9)])
    trained(tmp_path, Group.FULL, tmp_path / "out", progress=silent, recipe=SMALL)
    assert len(Classifier.load(tmp_path / "out").score(["", "غبي"])) == 2


def test_a_tiny_corpus_gives_a_model(tmp_path: Path) -> None:
    write_set(tmp_path, "mpold", [row("غبي", 1, "toxic"), row("شكرا", 0), row("تافه", 1, "toxic"), row("سلام", 0)])
    trained(tmp_path, Group.FULL, tmp_path / "out", progress=silent, recipe=SMALL)
    assert all(0 <= scores.toxic <= 1 for scores in Classifier.load(tmp_path / "out").score(["غبي", "شكرا"]))


def test_the_story_names_every_set_and_no_comment(model_folder: Path, corpus_folder: Path) -> None:
    manifest = json.loads((model_folder / artifact.MANIFEST).read_text("utf-8"))
    written = (model_folder / "CARD.md").read_text("utf-8") + json.dumps(manifest, ensure_ascii=False)
    for entry in manifest["about"]["sets"]:
        assert f"`{entry['name']}`" in written
        assert entry["licence"] in written
        assert entry["source"] in written
    for path in corpus_folder.iterdir():
        assert path.name.removesuffix(corpus.SUFFIX) in written
    for text in corpus.read(corpus_folder, Group.FULL, silent).texts:
        assert text not in written


def test_the_card_says_what_goes_wrong(model_folder: Path) -> None:
    written = (model_folder / "CARD.md").read_text("utf-8")
    for word in ("negation", "counter-speech", "irony", "licence", "calibration", "Left out"):
        assert word in written


def test_the_stages_are_told_in_order(corpus_folder: Path, tmp_path: Path) -> None:
    heard: list[tuple[str, int, int]] = []
    trained(corpus_folder, Group.OPEN, tmp_path, progress=lambda *step: heard.append(step), recipe=SMALL)
    assert list(dict.fromkeys(stage for stage, _, _ in heard)) == [
        "reading",
        "counting",
        "fitting",
        "comparing",
        "writing",
    ]
    for stage in {stage for stage, _, _ in heard}:
        steps = [(done, total) for name, done, total in heard if name == stage]
        assert steps == [(done, steps[0][1]) for done in range(steps[0][1] + 1)]


def test_only_known_groups_are_trained(corpus_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refused:
        train_use_case(corpus=corpus_folder, group="half", out=tmp_path, progress=silent)
    assert refused.value.fields == {"field": "group", "reason": "not_listed"}


def test_the_use_case_trains_with_the_shipped_recipe(tmp_path: Path) -> None:
    write_set(tmp_path / "data", "mpold", comments(120, seed=1))
    version = train_use_case(corpus=tmp_path / "data", group="open", out=tmp_path / "out", progress=silent)
    assert version.startswith("taliq-open-")
    assert artifact.load(tmp_path / "out").version == version
    assert artifact.about(tmp_path / "out")["recipe"]["bits"] == design.Recipe().bits
