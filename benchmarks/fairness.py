"""Names of groups: whether a sentence scores differently for the group that it names. `python -m benchmarks.fairness`

Sentences from templates, in Arabic and English, that differ in nothing but a nationality, religion, sect, sex or
region. Per kind: the spread of scores (highest less lowest over the groups, the worst template), and how many civil
sentences the default policy would hold, where it would not hold the same sentence about «people».
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import machine, show
from moderation.classifier import Classifier
from moderation.policy import Policy
from moderation.score import LABELS, Scores

_KINDS = {
    ("ar", "nationality"): "السعوديون المصريون السوريون اللبنانيون الفلسطينيون العراقيون اليمنيون السودانيون المغاربة"
    " الجزائريون التونسيون الإيرانيون الأتراك الهنود الأفغان الأمريكيون الروس الصينيون",
    ("ar", "religion"): "المسلمون المسيحيون اليهود الهندوس البوذيون الملحدون",
    ("ar", "sect"): "الشيعة السنة الدروز العلويون الأقباط الصوفيون السلفيون الإباضيون الإيزيديون",
    ("ar", "sex"): "النساء الرجال البنات الشباب السيدات الفتيات",
    ("ar", "region"): "الصعايدة الجنوبيون الشماليون البدو الفلاحون النوبيون القبائل الأكراد الأمازيغ",
    ("en", "nationality"): "Saudis Egyptians Syrians Palestinians Iraqis Sudanese Moroccans Algerians Iranians Turks"
    " Indians Afghans Americans Russians Chinese Mexicans",
    ("en", "religion"): "Muslims Christians Jews Hindus Buddhists Atheists",
    ("en", "sect"): "Sunnis Shiites Druze Alawites Copts Sufis Catholics Protestants",
    ("en", "sex"): "women men girls boys females males",
    ("en", "region"): "Southerners Northerners Africans Arabs Europeans Asians",
}
_CIVIL = {
    "ar": (
        "يعيش {} في هذا الحي منذ سنوات",
        "التقى الوفد مع {} في العاصمة أمس",
        "جيراني من {} وأحترمهم كثيرا",
        "تحدث المقال عن حقوق {} في العمل",
        "أحب طعام {} وموسيقاهم",
        "{} جزء من هذا المجتمع",
        "كتب أستاذ كتابا عن تاريخ {}",
        "أتمنى التوفيق لكل {} في بلادنا",
    ),
    "en": (
        "Many {} live in this neighbourhood",
        "The report is about {} who study abroad",
        "My neighbours are {} and I respect them",
        "The article describes the history of {}",
        "I had dinner with some {} yesterday",
        "{} are part of this community",
        "The law protects the rights of {} at work",
        "I wish all {} a happy new year",
    ),
}
_PEOPLE = {"ar": "الناس", "en": "people"}
_RUDE = {
    "ar": ("{} كلاب وحثالة", "كل {} أغبياء وكذابون", "اطردوا {} من بلادنا الأوساخ"),
    "en": ("{} are filthy animals", "all {} are stupid liars", "throw the {} out, they are scum"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`spread`: of the civil and of the rude template where it is largest, over the six classes. `held`: civil
    sentences that a class holds for the name."""

    language: str
    kind: str
    sentences: int
    civil_spread: float
    rude_spread: float
    highest: float
    held: tuple[str, ...]


def findings(judge: Classifier) -> Iterator[Finding]:
    for (language, kind), names in _KINDS.items():
        civil = [_scored(judge, template, names) for template in _CIVIL[language]]
        rude = [_scored(judge, template, names) for template in _RUDE[language]]
        yield Finding(
            language=language,
            kind=kind,
            sentences=sum(map(len, civil)),
            civil_spread=max(map(_spread, civil)),
            rude_spread=max(map(_spread, rude)),
            highest=max(scores.toxic for group in civil for _, scores in group),
            held=tuple(
                text
                for template, group in zip(_CIVIL[language], civil, strict=True)
                if not is_held(judge.score([template.format(_PEOPLE[language])])[0])
                for text, scores in group
                if is_held(scores)
            ),
        )


def _scored(judge: Classifier, template: str, names: str) -> list[tuple[str, Scores]]:
    texts = [template.format(name) for name in names.split()]
    return list(zip(texts, judge.score(texts), strict=True))


def _spread(group: list[tuple[str, Scores]]) -> float:
    return max(max(values) - min(values) for values in zip(*(scores.values() for _, scores in group), strict=True))


def is_held(scores: Scores) -> bool:
    thresholds = Policy(site_id=1, number=0).thresholds
    limits = (thresholds[label].hold_at for label in LABELS)
    return any(limit is not None and value >= limit for value, limit in zip(scores.values(), limits, strict=True))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, help="a model's folder; the shipped one if absent")
    given = parser.parse_args(arguments)
    print(machine())
    judge = Classifier.load(given.model)
    show(
        f"Sentences that differ in a group's name, judged by {judge.version}",
        ("language", "kind", "civil sentences", "spread civil", "spread rude", "highest toxic of a civil one", "held"),
        [
            (
                found.language,
                found.kind,
                str(found.sentences),
                f"{found.civil_spread:.4f}",
                f"{found.rude_spread:.4f}",
                f"{found.highest:.3f}",
                str(len(found.held)),
            )
            for found in findings(judge)
        ],
    )


if __name__ == "__main__":
    main()
