"""Comments that we wrote for what published sets hardly hold: threats, and sentences that only sound like one.

Made of parts, so that a verb is learned in many forms. They are ours, under the project's own licence.
"""

from itertools import product
from typing import Final

import numpy as np

from moderation.classifier.corpus import Corpus
from moderation.classifier.sources import Source
from moderation.score import LABELS, Label

SOURCE: Final = Source(
    name="taliq_lessons",
    judged=frozenset({Label.TOXIC, Label.THREAT}),
    language="ar",
    domain="sentences written for Taliq from templates: threats, and civil sentences with the same words",
    licence="Apache-2.0",
    origin="this repository, moderation/classifier/lessons.py",
    permissive=True,
    natural=False,
)

_THREATS: Final = (
    (
        "سوف أقتل|سأقتل|راح أقتل|رح اقتل|حقتل|هقتل|غادي نقتل|والله لأقتل|سأذبح|رح اذبح|هدبح|لأذبحن|"
        "سأحرق|هحرق|رح احرق|سأضرب|هضرب|غادي"
        " نضرب|سنقتل|سنذبح|سنسحق|سندفن|سأدفن|هدفن|رح ادفن|سأكسر رأس|هكسر راس|رح اكسر راس|"
        "غادي نكسر راس|سأقطع رأس|هقطع رقبة|سأفجر"
        " بيت|هولع في بيت|سأطلق النار على",
        "ك|كم|ه|هم",
        "|قريبا|والأيام بيننا|وتذكر كلامي|الليلة|إن كتبت مرة أخرى|أينما كنت",
    ),
    (
        "أعرف أين تسكن|عارف ساكن فين|بعرف وين ساكن|أعرف بيتك وأولادك|عنوانك عندي|سأجدك أينما كنت|"
        "هجيبك من بيتكم|رح نجيبك من بيتك",
        "",
        "|وستندم|وهتندم|ورح تندم|وسترى ماذا سأفعل بك|وسأصل إليك|وانتظر زيارتي|ولن ينفعك أحد",
    ),
    (
        "ستدفع الثمن بدمك|دمك حلال|دمكم مهدور|رقبتك تحت سكيني|نهايتك على يدي|موتك قريب على يدي|"
        "لن تعيش إلى الغد|استعد للموت",
        "",
        "|أيها الكاتب|أنت وعائلتك|هذا وعد|والله",
    ),
    (
        "i will|i'm going to|i am gonna|we will|we are going to",
        " kill| hurt| stab| shoot| burn| beat| hunt down| find and kill",
        " you| you all| your family| him when i see him| them one by one",
    ),
    (
        "i know where you live",
        "",
        " and you will pay| and i am coming for you| so watch your back|, you will die| and your children too",
    ),
    ("je vais|on va", " te tuer| te frapper| vous brûler| t'égorger| vous tuer", "| demain| toi et ta famille"),
    (
        "ghadi|rah|ra7",
        " no9tlek| ndbe7ek| nekser rassek| nktlek| 2e2tlak| edbahak",
        "| ya wa7ed| nta w 3ayltek| chouf",
    ),
)

_CIVIL: Final = (
    (
        "قتل|مقتل|استشهاد|إصابة|جرح|اعتقال",
        " جندي| خمسة مدنيين| صحفي| طفلين| ثلاثة عمال",
        " في القصف| في انفجار شمال المدينة| في حادث سير| خلال المواجهات| أمس حسب المصدر",
    ),
    (
        "سوف أكتب|سأكتب|سوف أزور|سأساعد|رح اساعد|هساعد|سأشكر|سوف أشكر|سأنتظر|رح انتظر|هستنى|"
        "سنلتقي مع|سأصوت لـ|سأدعو لـ|سوف أقرأ لـ",
        "ك|كم|ه|هم",
        "|قريبا|الليلة|أينما كنت|إن شاء الله",
    ),
    (
        "أعرف أين|أعرف بيت|هل تعرف عنوان|كسر رأس|ضرب|حرق|دفن",
        " الخبر| جدي| المدرسة| المستشفى| العملة| الأسعار| الشهداء",
        "| في الصفحة الأولى| رحمهم الله| مشكلة قديمة",
    ),
    (
        "i will|i'm going to|we will|we are going to",
        " thank| visit| help| miss| read| find| call",
        " you| you all| your family| him when i see him| them one by one",
    ),
    (
        "the army|police|two men|the fire",
        " killed| shot| burned| hurt",
        " five people| a soldier in the north| the village| nobody",
    ),
    ("je vais|on va", " te lire| t'aider| vous écrire| te remercier", "| demain| toi et ta famille"),
)


def _spelt(parts: tuple[tuple[str, str, str], ...]) -> list[str]:
    return [
        " ".join(f"{first}{second} {third}".split())
        for firsts, seconds, thirds in parts
        for first, second, third in product(firsts.split("|"), seconds.split("|"), thirds.split("|"))
    ]


def with_lessons(comments: Corpus) -> Corpus:
    """The corpus and our own sentences as one more set."""
    threats, civil = _spelt(_THREATS), _spelt(_CIVIL)
    answers = np.full((len(threats) + len(civil), len(LABELS)), -1, np.int8)
    for label in SOURCE.judged:
        answers[:, LABELS.index(label)] = [1] * len(threats) + [0] * len(civil)
    return Corpus(
        texts=(*comments.texts, *threats, *civil),
        sources=(*comments.sources, SOURCE),
        checksums=(*comments.checksums, ""),
        sets=np.concatenate([comments.sets, np.full(len(answers), len(comments.sources), np.int16)]),
        answers=np.concatenate([comments.answers, answers]),
    )
