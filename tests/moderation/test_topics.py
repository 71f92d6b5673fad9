"""What comments are about, by figures worked out by hand, and that hostile texts cost nothing and make nothing."""

from __future__ import annotations

from itertools import count

import pytest

from moderation.text.normalise import folded
from moderation.text.phrases import spellings
from moderation.topics import Background, Said, Topic, background, keys_of, topics

NOTHING = Background(texts=0, counts={}, words={}, keys={}, comment_ids=frozenset())


def said(*bodies: str, by: int | None = None, civil: bool = True, rejected: bool = False, first: int = 1) -> list[Said]:
    ids = count(first)
    return [
        Said(comment_id=one, commenter_id=by or one, folded=folded(body), civil=civil, rejected=rejected)
        for body, one in zip(bodies, ids, strict=False)
    ]


def about(*bodies: str, others: Background = NOTHING) -> list[str]:
    return [" ".join(topic.phrase) for topic in topics(said(*bodies), others)]


def one(found: tuple[Topic, ...]) -> Topic:
    assert len(found) == 1
    return found[0]


# Of 100 other texts 10 have "school"; none has "bread".
ELSEWHERE = background(
    (1_000 + at, f"other{at} matter{at} " + ("school" if at < 10 else "nothing")) for at in range(100)
)


def test_the_score_is_that_of_the_paper_with_half_a_text_on_either_side() -> None:
    bodies = [f"bread x{at} y{at}" for at in range(4)] + [f"z{at} w{at}" for at in range(16)]
    found = one(topics(said(*bodies), ELSEWHERE))
    assert (found.phrase, found.comments, found.commenters) == (("bread",), 4, 4)
    # 4 of 20 here, 0 of 100 there: a share of 1/30, so the prior is 10/30 + 1/2 texts with it and 290/30 + 1/2 without.
    # Log-odds ln(4.8333 / 26.1667) - ln(0.8333 / 110.1667) = -1.6890 + 4.8843; error sqrt(1/4.8333 + 1/0.8333).
    assert found.score == pytest.approx(3.1953 / 1.1862, abs=1e-3)


def test_what_everybody_says_everywhere_is_no_topic() -> None:
    bodies = [f"school x{at} y{at}" for at in range(2)] + [f"z{at} w{at}" for at in range(18)]
    assert topics(said(*bodies), ELSEWHERE) == ()


def test_comments_that_the_background_has_read_are_not_counted_against_themselves() -> None:
    bodies = [f"bread x{at} y{at}" for at in range(4)] + [f"z{at} w{at}" for at in range(16)]
    here = said(*bodies)
    elsewhere = [(1_000 + at, f"other{at} matter{at} " + ("school" if at < 10 else "nothing")) for at in range(100)]
    together = background([(one.comment_id, one.folded) for one in here] + elsewhere)
    assert one(topics(here, together)).score == one(topics(here, ELSEWHERE)).score


@pytest.mark.parametrize(
    ("bodies", "phrases"),
    [
        # Particles, the article and careless spelling are one word; what is in every sentence is none.
        (["والأسعار نار", "رفعوا الاسعار", "بالأسعار دي مش هنعيش"], ["اسعار"]),
        # A longer phrase says more, and holds the shorter ones; a joining word may stand in it.
        (["ارتفاع الأسعار يقتلنا", "هذا ارتفاع في الأسعار", "ارتفاع أسعار مخيف"], ["ارتفاع اسعار"]),
        (["The cost of living!", "cost of living is up", "Our costs of living"], ["cost living"]),
        (["le prix de l'essence", "Prix de l’essence encore", "les prix de l'essence"], ["prix essence"]),
        # A minister is not "and a visitor": without the letter the word does not occur.
        (["وزير الصحة", "الوزير كذب", "يا وزير ارحل"], ["وزير"]),
        # One number is nothing, a number in a phrase is part of it; a comma parts phrases.
        (["قانون 17 ظالم", "القانون 17", "قانون ١٧ والله"], ["قانون 17"]),
        (["2026", "2026", "2026 2026"], []),
        (["bread, water", "bread, water", "bread. water", "bread! milk"], ["bread", "water"]),
        # Addresses are nobody's topic, and the words of a hashtag are.
        (["http://spam.example/win a", "see www.spam.example b", "mail win@spam.example c"], []),
        (["#رفع_الأسعار", "رفع الأسعار عيب", "لا لرفع الأسعار رفع"], ["رفع اسعار"]),
        # Nothing but grammar, in five languages.
        (["ده مش كده خالص", "ده مش كده برضه", "هذا ليس كذلك", "this is not so", "ce n'est pas ça", "mesh keda"], []),
    ],
)  # fmt: skip
def test_phrases(bodies: list[str], phrases: list[str]) -> None:
    assert about(*bodies) == phrases


def test_a_campaign_of_copies_is_one_text_and_one_voice_is_one_person() -> None:
    copies = said(*["vote for our bread today friends"] * 40)
    assert topics(copies, NOTHING) == ()
    loud = said(*(f"bread number{at} again{at}" for at in range(9)), by=7)
    assert topics(loud, NOTHING) == ()


def test_what_a_topic_tells() -> None:
    kept = said("bread is dear", "no bread here", "bread queue")
    harsh = said("bread thieves", civil=False, first=10)
    rejected = said("damn bread", "bread scum", "milk", civil=False, rejected=True, first=20)
    found = one(topics(kept + harsh + rejected, NOTHING))
    assert (found.comments, found.commenters, found.rejected, found.civil) == (4, 4, 2, 0.75)
    assert found.ids == (1, 2, 3, 10)


def test_the_central_comments_say_what_most_say_and_none_twice() -> None:
    bodies = [
        "bread price rises again in winter",
        "bread price rises again in winter!!",
        "the bread price rises while bakeries close",
        "bread",
        "bread and circuses for senators of antiquity across empires",
        "price of bread rises, bakeries close",
    ]
    central = one(topics(said(*bodies), NOTHING, most=1)).central
    assert len(central) == 3
    assert len({1, 2} & set(central)) == 1
    assert not {4, 5} & set(central)


@pytest.mark.parametrize(
    ("body", "phrase", "shown"),
    [
        ("قالوا: «الأسْعَار»، ارتفعت", ("اسعار",), [("الأسعار", True)]),
        ("والأسعار نار", ("اسعار",), [("والأسعار", False)]),
        ("ارتفاع في الأسعار!", ("ارتفاع", "اسعار"), [("ارتفاع في الأسعار", True)]),
        ("The COSTS of living, dear", ("cost", "living"), [("COSTS of living", True)]),
        ("#رفع_الأسعار", ("رفع", "اسعار"), [("رفع_الأسعار", True)]),
        ("ا\u200fلأسع\u202eار", ("اسعار",), [("الأسعار", True)]),
        ("prix de l'essence", ("essence",), [("l'essence", False)]),
        ('<img cost="http://spam.example/p.png">', ("cost",), []),
        ("ارتفاع، الأسعار", ("ارتفاع", "اسعار"), []),
    ],
)  # fmt: skip
def test_the_spelling_is_the_readers_without_what_nobody_sees(
    body: str, phrase: tuple[str, ...], shown: list[tuple[str, bool]]
) -> None:
    texts = said(body, "أسعار الأسعار ارتفاع", "الأسعار أسعار", "cost living", "essence essence")
    assert [tuple(found) for found in spellings(body, phrase, keys_of(texts, NOTHING))] == shown


@pytest.mark.parametrize(
    "body",
    [
        "a" * 200_000,
        "@ " + "ab" * 200_000,
        "اااا " * 50_000,
        "\u0301" * 50_000,
        "<script>alert(1)</script> " * 2_000,
        "بيت " + "\u202e" * 5_000,
        "\ud800\udfff \x00\x1b[2J",
        "' OR 1=1 -- =HYPERLINK(1) |x| **b**",
        "",
    ],
)
def test_hostile_texts_are_read_to_a_bound(body: str) -> None:
    texts = said(*(f"{body}{at}" for at in range(3)), *(f"bread x{at} y{at}" for at in range(3)))
    found = {" ".join(topic.phrase) for topic in topics(texts, NOTHING)}
    assert "bread" in found
    assert all(len(phrase) <= 3 * 24 + 2 and phrase.replace(" ", "").isalnum() for phrase in found)
