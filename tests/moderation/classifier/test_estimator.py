"""The classifier in scikit-learn's hands: its checks, pipelines, searches and cross-validation."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import check_estimator

from moderation.classifier.estimator import CommentClassifier
from tests.moderation.classifier.conftest import comments

ROWS = comments(300, seed=3)
TEXTS = [row["text"] for row in ROWS]
RUDE = np.array(["rude" if row["label"] else "civil" for row in ROWS])
SMALL = {"bits": 14}
NEED_NO_NUMBERS = (
    "check_parameters_default_constructible",
    "check_get_params_invariance",
    "check_set_params",
    "check_no_attributes_set_in_init",
    "check_estimator_cloneable",
    "check_estimator_repr",
    "check_estimator_tags_renamed",
    "check_valid_tag_types",
    "check_mixin_order",
)


@pytest.fixture(scope="module")
def fitted() -> CommentClassifier:
    return CommentClassifier(**SMALL).fit(TEXTS, RUDE)


def test_it_learns_and_names_the_classes(fitted: CommentClassifier) -> None:
    assert fitted.classes_.tolist() == ["civil", "rude"]
    assert fitted.predict(["غبي كلب تافه", "شكرا خبر مفيد"]).tolist() == ["rude", "civil"]
    assert fitted.score(TEXTS, RUDE) > 0.9
    probabilities = fitted.predict_proba(TEXTS)
    assert probabilities.sum(axis=1) == pytest.approx(1)
    assert ((probabilities[:, 1] > 0.5) == (fitted.decision_function(TEXTS) > 0)).all()
    assert probabilities[:, 1].mean() == pytest.approx((RUDE == "rude").mean(), abs=0.05)


def test_scikit_learns_checks_pass() -> None:
    """It leaves out, with a warning, whatever would hand numbers to an estimator of texts."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = check_estimator(CommentClassifier(**SMALL), on_skip=None, on_fail=None)
    assert [one["check_name"] for one in results if one["status"] != "passed"] == []


@pytest.mark.parametrize("name", NEED_NO_NUMBERS)
def test_its_checks_that_need_no_numbers_pass(name: str) -> None:
    getattr(estimator_checks, name)("CommentClassifier", CommentClassifier(**SMALL))


def test_it_is_cloned_searched_and_cross_validated() -> None:
    made = clone(CommentClassifier(strength=2.0, **SMALL))
    assert made.get_params()["strength"] == 2.0
    assert cross_val_score(made, TEXTS, RUDE, cv=3).mean() > 0.85
    search = GridSearchCV(CommentClassifier(**SMALL), {"strength": [0.01, 3.0]}, cv=2).fit(TEXTS, RUDE)
    assert search.best_params_["strength"] in (0.01, 3.0)
    line = make_pipeline(FunctionTransformer(lambda texts: [text.upper() for text in texts]), clone(made))
    assert line.fit(TEXTS, RUDE).score(TEXTS, RUDE) > 0.9


def test_the_same_seed_gives_the_same_model(fitted: CommentClassifier) -> None:
    again = CommentClassifier(**SMALL).fit(TEXTS, RUDE)
    assert (again.decision_function(TEXTS) == fitted.decision_function(TEXTS)).all()


@pytest.mark.parametrize(
    ("texts", "classes", "said"),
    [
        (["a", "b"], [1], "classes"),
        (["a", "b"], [1, 1], "Expected two classes"),
        (["a", "b", "c"], [1, 2, 3], "Expected two classes"),
        ([], [], "0 sample"),
        ("abc", [0, 1, 0], "one text"),
        ([b"a", "b"], [0, 1], "bytes"),
        (["a", None], [0, 1], "NoneType"),
    ],
)
def test_what_cannot_be_learned_is_refused(texts, classes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        CommentClassifier(**SMALL).fit(texts, classes)


def test_before_fitting_it_says_so() -> None:
    with pytest.raises(NotFittedError):
        CommentClassifier().predict(["a"])


def test_hostile_texts_are_learned_and_judged() -> None:
    texts = ["", "\x00", "\ud800", "😀" * 50, "a" * 100_000, "كلب"] * 4
    made = CommentClassifier(**SMALL).fit(texts, [0, 1] * 12)
    assert np.isfinite(made.decision_function(texts)).all()
