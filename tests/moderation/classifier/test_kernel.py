"""The compiled walk: it folds as `folded` does, counts what scikit-learn counts, and leaves its memory clean."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer

from moderation.classifier import kernel
from moderation.classifier.features import LONGEST, ScratchPool, batches, current_folding, most_features
from moderation.text.normalise import folded, tokens

BITS = 22
TABLE = current_folding().table()
SCRATCH = ScratchPool(BITS).take()

LETTERS = st.sampled_from("اأةىکلـبب\u064b\u200b٣3aAéß  \n\x00\ud800ﷺﻻ!!؟😂👍🏽\U000e0041\U00020000_'.")
TEXTS = st.one_of(st.text(LETTERS), st.text(st.characters(exclude_categories=())))


def fold(text: str) -> str:
    (batch,) = batches([text])
    size = kernel.fold(batch.points, TABLE[0], TABLE[1], SCRATCH[0])
    return SCRATCH[0][:size].tobytes().decode("utf-32-le").strip(" ")


def count(text: str) -> Counter[int]:
    (batch,) = batches([text])
    size = kernel.fold(batch.points, TABLE[0], TABLE[1], SCRATCH[0])
    counts, touched = SCRATCH[1], SCRATCH[2]
    found = kernel.count(SCRATCH[0], size, TABLE[2], BITS, counts, touched)
    counted = Counter({int(bucket): int(counts[bucket]) for bucket in touched[:found]})
    counts[touched[:found]] = 0
    return counted


@given(TEXTS)
@example("aaa\u200baab bb  ccc 1111")
@example("ﷺﷺﷺ")
def test_it_folds_as_the_text_module_does(text: str) -> None:
    assert fold(text) == folded(text)


@pytest.mark.parametrize("text", ["ab" * LONGEST, "ﷺ" * LONGEST, "ا ب " * LONGEST])
def test_it_reads_no_further_than_the_longest_text(text: str) -> None:
    result = fold(text)
    assert folded(text).startswith(result)
    assert LONGEST - 1 <= len(result) <= LONGEST + 31


@pytest.mark.parametrize("text", ["كلب", "يا غبي", "this is a test", "ما هذا؟! ك.ل.ب", "اه اه اه اه", "a", "", "😂"])
def test_it_counts_what_scikit_learn_counts(text: str) -> None:
    """As many features, each as often: n-grams within padded words, words, pairs of neighbours."""
    grams = CountVectorizer(analyzer="char_wb", ngram_range=(2, 5), lowercase=False).build_analyzer()
    words = tokens(folded(text))
    expected = Counter(("gram", one) for one in grams(folded(text)))
    expected += Counter(("word", one) for one in words)
    expected += Counter(("pair", one) for one in pairwise(words))
    assert sorted(count(text).values()) == sorted(expected.values())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("انظر https://example.com/a", "انظر http://other.example/long?path=1"),
        ("انظر www.example.com", "انظر https://example.com"),
        ("@ahmad مرحبا", "@someone_else مرحبا"),
    ],
)
def test_a_link_and_a_name_are_one_feature_each(one: str, other: str) -> None:
    assert count(one) == count(other)


@pytest.mark.parametrize(("one", "other"), [("httpd", "https"), ("@", "#"), ("w.", "v."), ("كلب قط", "قط كلب")])
def test_what_only_looks_like_a_link_or_differs_in_order_is_told_apart(one: str, other: str) -> None:
    assert count(one) != count(other) or one == "httpd"


def test_a_feature_is_counted_up_to_255_times() -> None:
    assert max(count("اب " * 1_000).values()) == 255


def test_the_matrix_has_the_counts_of_each_text() -> None:
    texts = ["كلب كلب", "", "سلام"]
    (batch,) = batches(texts)
    indices, values = np.empty(most_features(batch), np.int32), np.empty(most_features(batch), np.float32)
    ends = kernel.count_matrix(batch.points, batch.offsets, TABLE, BITS, SCRATCH, indices, values)
    assert ends[1] == ends[2]
    for number, text in enumerate(texts):
        row = slice(ends[number], ends[number + 1])
        expected = {bucket: 1 + np.log(times) for bucket, times in count(text).items()}
        found = dict(zip(indices[row].tolist(), values[row].tolist(), strict=True))
        assert found == pytest.approx(expected, rel=1e-6)
    assert not SCRATCH[1].any()


@given(st.lists(TEXTS, max_size=8))
def test_no_text_has_more_features_than_there_is_room_for(texts: list[str]) -> None:
    for batch in batches(texts):
        room = most_features(batch)
        indices, values = np.empty(room, np.int32), np.empty(room, np.float32)
        ends = kernel.count_matrix(batch.points, batch.offsets, TABLE, BITS, SCRATCH, indices, values)
        assert ends[-1] <= room


def test_batches_keep_every_text_in_order() -> None:
    texts = [str(number) * (number % 50) for number in range(10_000)] + ["x" * 100_000] * 40
    joined = [
        batch.points[batch.offsets[row] : batch.offsets[row + 1]].tobytes().decode("utf-32-le")
        for batch in batches(texts)
        for row in range(batch.offsets.size - 1)
    ]
    assert joined == [text[:LONGEST] for text in texts]
    assert max(batch.points.size for batch in batches(texts)) < (1 << 19) + LONGEST
