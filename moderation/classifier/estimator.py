"""The classifier as scikit-learn knows one, for pipelines, searches and cross-validation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, column_or_1d

from moderation.classifier import calibration, design, fitting
from moderation.classifier.artifact import SCRIPTS
from moderation.classifier.classifier import Classifier
from moderation.classifier.design import Recipe
from moderation.score import LABELS

_FOLDS = 3
_LEAST_FOR_FOLDS = 10


class CommentClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Two classes of texts, told apart by the kernel's features; trained and served by the code that judges comments.

    `fit` takes texts (n) and their classes (n, of two kinds). Parameters are those of `design.Recipe`. Fitted:
    `classes_` (2), and `artifact_`, which scores by its first class.
    """

    def __init__(
        self,
        *,
        bits: int = 18,
        least_rows: int = 2,
        strength: float = 3.0,
        floor: float = 0.1,
        tolerance: float = 0.002,
        epochs: int = 12,
        seed: int = 0,
    ) -> None:
        self.bits = bits
        self.least_rows = least_rows
        self.strength = strength
        self.floor = floor
        self.tolerance = tolerance
        self.epochs = epochs
        self.seed = seed

    def fit(self, X: Iterable[str], y: Any) -> Self:
        """Learn from texts and their classes; ValueError where they do not fit each other or are of one kind only."""
        texts = _texts(X)
        given = column_or_1d(y, warn=True)
        check_classification_targets(given)
        if len(texts) != given.size:
            raise ValueError(f"Found {len(texts)} texts and {given.size} classes")
        self.classes_, codes = np.unique(given, return_inverse=True)
        if self.classes_.size != 2:
            # scikit-learn's own checks look for the last sentence.
            raise ValueError(
                f"Expected two classes, found {self.classes_.size}. Only binary classification is supported. The type"
                " of the target is multiclass."
            )
        recipe = self._recipe()
        made = design.design(texts, recipe)
        answers = codes.astype(np.int8)
        weights = self._weights(made, answers, np.arange(answers.size), recipe)
        slope, intercept = self._sigmoid(made, answers, weights, recipe)
        unknown = calibration.Linear(
            weights=np.zeros_like(weights), slopes=(1.0,) * SCRIPTS, intercepts=(0.0,) * SCRIPTS
        )
        told = calibration.Linear(weights=weights, slopes=(slope,) * SCRIPTS, intercepts=(intercept,) * SCRIPTS)
        self.artifact_ = calibration.assembled(made, [told, *[unknown] * (len(LABELS) - 1)], None, recipe)
        return self

    def decision_function(self, X: Iterable[str]) -> NDArray[np.float64]:
        """The logit (n) of the second of `classes_`."""
        check_is_fitted(self)
        logits: NDArray[np.float64] = Classifier(self.artifact_).logits(_texts(X))[:, 0]
        return logits

    def predict_proba(self, X: Iterable[str]) -> NDArray[np.float64]:
        """Probabilities (n x 2) in the order of `classes_`."""
        second = 1 / (1 + np.exp(-np.clip(self.decision_function(X), -40, 40)))
        return np.column_stack([1 - second, second])

    def predict(self, X: Iterable[str]) -> NDArray[Any]:
        second = self.decision_function(X) > 0
        found: NDArray[Any] = self.classes_[second.astype(int)]
        return found

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.one_d_array = True
        tags.input_tags.two_d_array = False
        tags.classifier_tags.multi_class = False
        return tags

    def _recipe(self) -> Recipe:
        return Recipe(
            bits=self.bits,
            least_rows=self.least_rows,
            strength=self.strength,
            floor=self.floor,
            floor_of_few=self.floor,
            tolerance=self.tolerance,
            epochs=self.epochs,
            seed=self.seed,
        )

    def _weights(
        self, made: design.Design, answers: NDArray[np.int8], rows: NDArray[np.intp], recipe: Recipe
    ) -> NDArray[np.float32]:
        sets = np.zeros(rows.size, np.int16)
        return fitting.fit(made.matrix[rows], answers[rows], sets, scripts=made.scripts[rows], recipe=recipe)

    def _sigmoid(
        self, made: design.Design, answers: NDArray[np.int8], weights: NDArray[np.float32], recipe: Recipe
    ) -> tuple[float, float]:
        """Slope and intercept of Platt's sigmoid over sums of rows not learned from; over all, where there are few."""
        sums = np.asarray(made.matrix @ weights, np.float64)
        if np.bincount(answers).min() >= _LEAST_FOR_FOLDS:
            folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=self.seed)
            for seen, unseen in folds.split(answers, answers):
                sums[unseen] = made.matrix[unseen] @ self._weights(made, answers, seen, recipe)
        sigmoid = LogisticRegression(C=1e3, max_iter=1000).fit(sums[:, None], answers)
        # A falling curve would turn the order round; it comes only of texts too few to learn from.
        return max(float(sigmoid.coef_[0, 0]), 1e-3), float(sigmoid.intercept_[0])


def _texts(given: Iterable[str]) -> list[str]:
    if isinstance(given, str):
        raise ValueError("Expected an iterable of texts, got one text")
    texts = list(given)
    wrong = [type(one).__name__ for one in texts if not isinstance(one, str)]
    if wrong:
        raise ValueError(f"Expected texts, got {wrong[0]}")
    if not texts:
        raise ValueError("Found array with 0 sample(s)")
    return texts
