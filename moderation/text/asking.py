"""What a comment says to the newsroom rather than to other readers, by a short list of phrases.

A plain rule and no model: an editor can read why a comment is listed, and a missed or mistaken one costs a glance. It
looks at the folded text (one spelling for أ, ا and آ, for ة and ه, for ى and ي), and at question marks.

- a **question** asks something, by its mark, and speaks to the newsroom (the paper, its editors, "you" who publish);
- a **correction** says that the report has a mistake, or what is right;
- a **lead** offers what its writer saw, has, or went through.
"""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import Final

from moderation.text.normalise import folded


class Ask(StrEnum):
    QUESTION = "question"
    CORRECTION = "correction"
    LEAD = "lead"


BITS: Final = {Ask.QUESTION: 1, Ask.CORRECTION: 2, Ask.LEAD: 4}
"""How the database keeps them together in one number."""

# Spoken to: the newsroom's names for itself, and the verbs that only a newsroom is asked about.
_NEWSROOM: Final = (
    "الصحيفة", "الجريدة", "هيئة التحرير", "فريق التحرير", "رئيس التحرير", "إدارة الموقع", "أيها المحرر", "يا محرر",
    "كاتب المقال", "كاتبة المقال", "كاتب الخبر", "للمراسل", "من المراسل", "تنشرون", "تنشروا", "نشرتم", "تغطون", "تغطوا",
    "تكتبون", "تكتبوا", "كتبتم", "تذكروا", "تذكرون", "ذكرتم", "مصدركم", "مصادركم", "توضحوا", "توضحون", "حذفتم",
    "the paper", "newspaper", "newsroom", "the editor", "editors", "the author", "the reporter", "your source",
    "your sources", "your article", "your report", "will you publish", "will you report", "will you cover",
    "are you going to publish", "why don't you report", "why didn't you", "why did you not", "why do you not",
    "can you publish", "could you publish", "can you explain", "could you explain", "did you ask", "have you asked",
)  # fmt: skip
_CORRECTION: Final = (
    "خطأ في المقال", "خطأ في الخبر", "خطأ في العنوان", "خطأ في الاسم", "خطأ في التاريخ", "خطأ في الرقم",
    "خطأ في الأرقام", "خطأ في الصورة", "خطأ في الترجمة", "خطأ مطبعي", "خطأ إملائي", "معلومة خاطئة", "معلومات خاطئة",
    "المعلومة غير صحيحة", "معلومة غير دقيقة", "أرجو التصحيح", "نرجو التصحيح", "يرجى التصحيح", "الرجاء التصحيح",
    "وجب التصحيح", "للتصحيح", "تصحيح:", "تصحيح معلومة", "والصحيح أن", "الصحيح هو", "الصحيح أنه", "الاسم الصحيح",
    "التاريخ الصحيح", "الرقم الصحيح",
    "typo", "correction:", "factual error", "factually wrong", "there is an error", "there's an error",
    "there is a mistake in", "there's a mistake in", "please correct", "needs correcting", "the correct name",
    "the correct date", "the correct figure", "the correct number", "wrong date", "wrong photo", "wrong picture",
    "wrong caption", "wrong name in", "misspelled", "misspelt", "misquoted",
)  # fmt: skip
_LEAD: Final = (
    "كنت هناك", "كنت شاهدا", "كنت شاهدة", "أنا شاهد", "شاهد عيان", "شاهدت بعيني", "رأيت بعيني", "حصل معي", "حدث معي",
    "لدي وثائق", "عندي وثائق", "لدي مستندات", "عندي مستندات", "لدي صور", "عندي صور", "لدي فيديو", "عندي فيديو",
    "لدي معلومات", "عندي معلومات", "لدي دليل", "عندي دليل", "لدي أدلة", "تواصلوا معي", "راسلوني", "حققوا في",
    "أتمنى أن تحققوا", "نرجو أن تحققوا",
    "i was there", "i witnessed", "i saw it happen", "i saw it with my own eyes", "i have documents", "i have photos",
    "i have a video", "i have evidence", "i have proof", "i have information", "happened to me", "contact me",
    "get in touch with me", "please investigate", "you should investigate", "look into this story",
)  # fmt: skip


def _phrases(listed: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(folded(phrase) for phrase in listed)


_TO_NEWSROOM, _CORRECTS, _OFFERS = _phrases(_NEWSROOM), _phrases(_CORRECTION), _phrases(_LEAD)


def _stems(phrases: tuple[str, ...]) -> tuple[str, ...]:
    """Few short pieces, one of which is in every phrase (a greedy set cover): most comments hold none of them."""
    pieces = {phrase: {phrase[at : at + _STEM] for at in range(len(phrase) - _STEM + 1)} for phrase in phrases}
    found: list[str] = []
    while pieces:
        counts = Counter(piece for each in pieces.values() for piece in each)
        # Of equals the first in order, so that every process finds the same.
        best = min(counts, key=lambda piece: (-counts[piece], piece))
        found.append(best)
        pieces = {phrase: each for phrase, each in pieces.items() if best not in each}
    return tuple(found)


_STEM: Final = 4
_SAYS_STEMS: Final = _stems(_CORRECTS + _OFFERS)


def asks(text: str, plain: str) -> int:
    """The `BITS` of what the text says to the newsroom; `plain` is the text folded."""
    found = 0
    if ("?" in text or "؟" in text) and any(phrase in plain for phrase in _TO_NEWSROOM):
        found |= BITS[Ask.QUESTION]
    if not any(stem in plain for stem in _SAYS_STEMS):
        return found
    if any(phrase in plain for phrase in _CORRECTS):
        found |= BITS[Ask.CORRECTION]
    if any(phrase in plain for phrase in _OFFERS):
        found |= BITS[Ask.LEAD]
    return found


def named(bits: int) -> tuple[Ask, ...]:
    return tuple(ask for ask, bit in BITS.items() if bits & bit)
