"""The shipped model as the desk uses it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.classifier import Classifier, artifact, kernel
from moderation.classifier.card import card
from moderation.classifier.classifier import SHIPPED
from moderation.classifier.features import LONGEST
from moderation.score import LABELS, Scores
from tests.amounts import amount

CLASSIFIER = Classifier.load()


def values(scores: Scores) -> tuple[float, ...]:
    return tuple(scores.of(label) for label in LABELS)


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        ("أنت كلب حقير يا ابن الحرام", "شكرا للكاتب على هذا التحليل الهادئ"),
        ("يا غبي يا حمار", "أختلف معك في الرأي وأحترمك"),
        ("kol khara ya 7mar", "sabah el kheir ya jama3a"),
        ("you are a stupid idiot", "thank you for this balanced article"),
        ("sale connard de merde", "merci pour cet article"),
        ("سوف أقتلك", "قتل خمسة جنود في انفجار"),
        ("i will kill you", "i will visit you"),
    ],
)
def test_an_insult_scores_above_a_civil_comment(worse: str, better: str) -> None:
    first, second = CLASSIFIER.score([worse, better])
    assert first.toxic > 0.5 > second.toxic


def test_an_advertisement_is_more_of_spam_than_an_insult_is() -> None:
    spam, insult = CLASSIFIER.score(["اشترك الآن واربح كود خصم http://shop.example", "يا غبي"])
    assert spam.spam > 0.5 > insult.spam


def test_a_threat_is_one_and_news_of_deaths_is_none() -> None:
    threat, other, english, news = CLASSIFIER.score(
        ["سوف أقتلك", "والله لأكسر رأسك", "i will kill you", "قتل خمسة جنود في انفجار"]
    )
    assert min(threat.threat, other.threat, english.threat) > 0.4 > news.threat


def test_spellings_of_one_insult_score_the_same() -> None:
    plain, *others = CLASSIFIER.score(
        ["انت كلب", "أنْتَ كـــلب", "انت كلبببب", "انت ک\u200bلب", "\u202eانت كلب\u202c", "انت ك.ل.ب"]
    )
    assert all(other == plain for other in others)


@pytest.mark.parametrize(
    "text",
    ["", " ", "\ud800", "\x00", "😂" * 1_000, "\u0301" * 50_000, "ا" * 1_000_000, "كلب " * 250_000, "ﷺ" * 100_000],
)
def test_any_text_has_a_score(text: str) -> None:
    (scores,) = CLASSIFIER.score([text])
    assert all(0.0 <= value <= 1.0 for value in values(scores))
    assert scores.model == CLASSIFIER.version


def test_texts_without_letters_score_the_same() -> None:
    assert len(set(CLASSIFIER.score(["", " \n", "\x00", "\udfff", "\u200f"]))) == 1


def test_of_a_long_text_the_beginning_is_judged() -> None:
    civil = "كلام هادئ عن الاقتصاد " * (LONGEST // 20)
    whole, longer = CLASSIFIER.score([civil[:LONGEST], civil[:LONGEST] + " يا غبي" * 1_000])
    assert whole == longer


@given(st.lists(st.text(st.characters(exclude_categories=())), max_size=6))
def test_neighbours_in_a_batch_change_nothing(texts: list[str]) -> None:
    assert CLASSIFIER.score(texts) == [CLASSIFIER.score([text])[0] for text in texts]


def test_no_texts_have_no_scores() -> None:
    assert CLASSIFIER.score([]) == []


def test_threads_share_one_model() -> None:
    texts = [f"تعليق رقم {number} من قارئ " + "غبي" * (number % 3) for number in range(500)]
    expected = CLASSIFIER.score(texts)
    with ThreadPoolExecutor(8) as threads:
        assert all(result == expected for result in threads.map(CLASSIFIER.score, [texts] * 40))


def test_a_version_names_group_and_checksum() -> None:
    assert CLASSIFIER.version.startswith("taliq-full-")
    assert CLASSIFIER.version == artifact.load(SHIPPED / "full").version


@pytest.mark.parametrize("group", ["full", "open"])
def test_the_card_that_is_shipped_is_the_models(group: str) -> None:
    folder = SHIPPED / group
    assert (folder / "CARD.md").read_text("utf-8") == card(artifact.load(folder).version, artifact.about(folder))


def test_the_shipped_models_fit_the_repository() -> None:
    sizes = {group: sum(path.stat().st_size for path in (SHIPPED / group).iterdir()) for group in ("full", "open")}
    assert max(sizes.values()) < 6 << 20
    assert sum(sizes.values()) < 10 << 20


SCORE_ONCE = """
import sys
from moderation.classifier import Classifier
scores = Classifier.load().score(["you are a stupid idiot"])
assert scores[0].toxic > 0.5
assert not {"sklearn", "pandas", "scipy.sparse", "scipy.linalg"} & set(sys.modules), "serving must not load these"
"""


# The whole kernel takes 20 seconds to compile.
COMPILE_ONE = """
import numpy as np
from moderation.classifier import words
assert not words.is_group(np.uint64(3), np.zeros(8, np.uint64))
assert not words.is_group.stats.cache_path
"""


def test_serving_loads_no_training_library() -> None:
    subprocess.run([sys.executable, "-c", SCORE_ONCE], check=True)


def test_it_works_where_compiled_code_cannot_be_kept() -> None:
    """As root every folder can be written, so the kernel is told that there is none."""
    nowhere = "from numba.core import caching\ncaching.CompileResultCacheImpl._locator_classes = []\n"
    # Nor has anybody left any.
    env = os.environ | {"NUMBA_CACHE_DIR": "/proc/nowhere"}
    subprocess.run([sys.executable, "-c", nowhere + amount(COMPILE_ONE, full=SCORE_ONCE)], check=True, env=env)


def test_what_was_compiled_is_kept() -> None:
    """The next process reads it."""
    CLASSIFIER.score(["تعليق"])
    assert list(Path(kernel.judge.stats.cache_path).glob("kernel.judge-*.nbi"))


def test_another_model_can_be_loaded(model_folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(model_folder, tmp_path / "elsewhere")
    other = Classifier.load(Path(copy))
    (scores,) = other.score(["غبي حمار"])
    assert scores.model == other.version != CLASSIFIER.version
    assert scores.toxic > other.score(["شكرا خبر مفيد"])[0].toxic
