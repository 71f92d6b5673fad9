"""The compiled walk: it folds as `folded` does, counts what scikit-learn counts, and leaves its memory clean."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer

from moderation.classifier import affixes, folding, kernel
from moderation.classifier.features import LONGEST, ScratchPool, batches, current_folding, most_features
from moderation.classifier.groups import NAMES
from moderation.text.normalise import folded, tokens

BITS = 22
TABLE = current_folding().table()
SCRATCH = ScratchPool(BITS).take()

LETTERS = st.sampled_from("اأةىکلـبب\u064b\u200b٣3aAéß  \n\x00\ud800ﷺﻻ!!؟😂👍🏽\U000e0041\U00020000_'.")
TEXTS = st.one_of(st.text(LETTERS), st.text(st.characters(exclude_categories=())))


def fold(text: str) -> str:
    (batch,) = batches([text])
    size = folding.fold(batch.points, TABLE[0], TABLE[1], SCRATCH[0], None)
    return SCRATCH[0][:size].tobytes().decode("utf-32-le").strip(" ")


def mended(text: str) -> str:
    (batch,) = batches([text])
    size = kernel.read(batch.points, TABLE, SCRATCH, None)
    return SCRATCH[0][:size].tobytes().decode("utf-32-le").strip(" ")


def count(text: str) -> Counter[int]:
    (batch,) = batches([text])
    size = kernel.read(batch.points, TABLE, SCRATCH, None)
    buckets, times, _ = SCRATCH[2]
    found, _ = kernel.count(SCRATCH[0], size, TABLE, BITS, SCRATCH[2])
    return Counter(dict(zip(buckets[:found].tolist(), times[:found].tolist(), strict=True)))


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


def stem(word: str) -> str:
    """What the kernel takes for a stem, said in plain words."""
    before = next((one for one in affixes.PREFIXES if word.startswith(one) and len(word) - len(one) >= 3), "")
    word = word[len(before) :]
    after = next((one for one in affixes.SUFFIXES if word.endswith(one) and len(word) - len(one) >= 3), "")
    return word[: len(word) - len(after)]


@pytest.mark.parametrize(
    "text",
    ["كلب", "يا غبي", "this is a test", "ما هذا؟! كلب", "اه اه اه اه", "a", "", "😂", "والكلبين كلاب وكلابهم كلب"],
)
def test_it_counts_what_scikit_learn_counts(text: str) -> None:
    """As many features, each as often: n-grams within padded words, words, pairs of neighbours, stems and roots."""
    grams = CountVectorizer(analyzer="char_wb", ngram_range=(2, 5), lowercase=False).build_analyzer()
    words = tokens(folded(text))
    expected = Counter(("gram", one) for one in grams(folded(text)))
    expected += Counter(("word", one) for one in words)
    expected += Counter(("pair", one) for one in pairwise(words))
    stems = [stem(word) for word in words if not word.isascii()]
    expected += Counter(("stem", one) for one in stems)
    roots = ["".join(letter for letter in one if letter not in affixes.WEAK) for one in stems]
    expected += Counter(("root", one) for one in roots if len(one) > 1)
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


TRICKS = st.text(st.sampled_from("اأةىکلـبب٣3aAé \n\x00ﷺ!؟😂👍🏽_'.- -.ابجدlio01457@$hwtp:/|*"), max_size=20)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("ك ل ب", "كلب"),
        ("يا ك.ل.ب اسكت", "يا كلب اسكت"),
        ("ك - ل - ب", "كلب"),
        ("ك😂ل😂ب", "كلب"),
        ("ح*مار ك_ل_ب", "حمار كلب"),
        ("غ1ب كlب م0ند", "غاب كاب مهند"),
        ("sh1t id10t a$$hole b@d", "shit idiot asshole bad"),
        ("i d i o t", "idiot"),
        ("f.u.c.k", "fuck"),
        ("7mar 3abit", "7mar 3abit"),
        ("1.5 v1.2 ٣.١٤ 2+2", "1.5 v1.2 3.14 2+2"),
        ("كلب.قط و ب", "كلب.قط و ب"),
        ("ه ه ه ه.ه.ه", "ه ه ه ه.ه.ه"),
        ("@a.b.c https://a.b/c-d", "@a.b.c https://a.b/c-d"),
    ],
)
def test_letters_set_apart_or_replaced_are_mended(text: str, result: str) -> None:
    assert mended(text) == result


@given(st.one_of(TEXTS, TRICKS))
@example("a@a ا ل ب")
@example("x.a@a.b c")
def test_mending_twice_is_mending_once(text: str) -> None:
    assert mended(mended(text)) == mended(text)


@given(st.one_of(TEXTS, TRICKS))
def test_every_place_of_a_line_has_its_origin(text: str) -> None:
    (batch,) = batches([text])
    origins = np.full(SCRATCH[0].size, -1, np.int64)
    size = kernel.read(batch.points, TABLE, SCRATCH, origins)
    places = origins[1 : size - 1]
    assert ((places >= 0) & (places < max(len(text), 1))).all()
    assert (np.diff(places) >= 0).all()
    for place, origin in enumerate(places.tolist(), start=1):
        letter = chr(SCRATCH[0][place])
        assert letter in folded(text[origin]) or letter in "اهعحطioaes " or text[origin].isspace()


@pytest.mark.parametrize(
    ("one", "other"),
    [("7mar", "حمار"), ("ya 7a9ir", "حقير"), ("ya kelb ya 7mar", "كلب"), ("5ebar w ghabi", "غبي")],
)
def test_arabizi_shares_its_roots_with_arabic(one: str, other: str) -> None:
    assert set(count(one)) & set(count(other))


@pytest.mark.parametrize("text", ["covid19 club", "5am club", "2nd club", "mp3 club", "club"])
def test_a_digit_alone_makes_no_arabizi(text: str) -> None:
    assert not set(count(text)) & set(count("كلب"))


@pytest.mark.parametrize(("one", "other"), [("سوري", "مصري"), ("والسعوديين", "واليمنيين"), ("muslims", "christians")])
def test_the_name_of_a_group_is_not_read(one: str, other: str) -> None:
    assert count(f"سلام {one} هنا") == count(f"سلام {other} هنا")
    assert not count(one)


def test_every_name_of_a_group_is_found() -> None:
    assert not [name for name in NAMES if count(name)]


def test_a_feature_is_counted_up_to_255_times() -> None:
    assert max(count("abc " * 1_000).values()) == 255


def test_the_matrix_has_the_counts_of_each_text() -> None:
    texts = ["كلب كلب", "", "سلام"]
    (batch,) = batches(texts)
    indices, values = np.empty(most_features(batch), np.int32), np.empty(most_features(batch), np.float32)
    scripts = np.empty(3, np.uint8)
    ends = kernel.count_matrix(batch.points, batch.offsets, TABLE, BITS, SCRATCH, indices, values, scripts)
    assert ends[1] == ends[2]
    for number, text in enumerate(texts):
        row = slice(ends[number], ends[number + 1])
        expected = {bucket: 1 + np.log(times) for bucket, times in count(text).items()}
        found = dict(zip(indices[row].tolist(), values[row].tolist(), strict=True))
        assert found == pytest.approx(expected, rel=1e-6)


@given(st.lists(TEXTS, max_size=8))
def test_no_text_has_more_features_than_there_is_room_for(texts: list[str]) -> None:
    for batch in batches(texts):
        room = most_features(batch)
        indices, values = np.empty(room, np.int32), np.empty(room, np.float32)
        scripts = np.empty(batch.offsets.size - 1, np.uint8)
        ends = kernel.count_matrix(batch.points, batch.offsets, TABLE, BITS, SCRATCH, indices, values, scripts)
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
