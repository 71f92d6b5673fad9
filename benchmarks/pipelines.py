"""Pipelines of scikit-learn alone: n-grams within words, words and pairs of neighbours, over the text as we fold it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

CLASSES = 6
BUCKETS = 1 << 22


def plain_pipeline() -> Any:
    """TF-IDF of n-grams within words, words and pairs, and one logistic regression."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline

    return make_pipeline(_features(TfidfVectorizer, sublinear_tf=True), _regression())


def six_classes(*, hashed: bool) -> Any:
    """As `plain_pipeline`, with a logistic regression for each of six classes; its columns are their probabilities."""
    from sklearn.feature_extraction.text import HashingVectorizer, TfidfVectorizer
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.pipeline import make_pipeline

    if hashed:
        features = _features(HashingVectorizer, n_features=BUCKETS, alternate_sign=False)
    else:
        features = _features(TfidfVectorizer, sublinear_tf=True)
    return make_pipeline(features, OneVsRestClassifier(_regression()))


def _features(vectorizer: Any, **options: Any) -> Any:
    from sklearn.pipeline import make_union

    from moderation.text.normalise import folded

    return make_union(
        vectorizer(analyzer="char_wb", ngram_range=(2, 5), preprocessor=folded, **options),
        vectorizer(analyzer="word", ngram_range=(1, 2), token_pattern=r"\w+", preprocessor=folded, **options),  # noqa: S106 - a regex
    )


def _regression() -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=4.0, solver="liblinear", dual=True, random_state=1)


def answers_of(rude: Sequence[int]) -> np.ndarray:
    """Six columns: whether a text is rude, and five that chance makes as frequent; only their number costs time."""
    chance = np.random.default_rng(1)
    return np.column_stack([rude, *(chance.permutation(rude) for _ in range(CLASSES - 1))])
