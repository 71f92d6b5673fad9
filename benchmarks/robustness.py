"""Disguises: what they cost the ranking of offensive comments. `python -m benchmarks.robustness --data DIR`

A judge learns `toxic` from three quarters of the Arabic sets (DIR as `taliq train` reads it). In the last quarter the
offensive comments, and only they, are disguised in one way at a time, and the area under the ROC curve is compared
with that of the plain comments, set by set.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks import options
from benchmarks.figures import show
from moderation.classifier import Classifier, calibration, corpus, design, fitting
from moderation.classifier.artifact import Artifact
from moderation.classifier.lessons import with_lessons
from moderation.classifier.sources import Group
from moderation.score import LABELS, Label

_AIM = 0.01
_MARKS = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652"
_FAMILIES = {"ا": "أإآٱ", "ه": "ة", "ي": "ىی", "ك": "کڪ", "و": "ؤ", "ب": "پ", "ف": "ڤ", "ن": "ں"}
_LATIN = {"a": "а", "e": "е", "o": "о", "c": "с", "p": "р", "i": "і", "s": "ѕ"}
_LEET = {"a": "@", "o": "0", "i": "1", "s": "$"}
_NEUTRAL = (
    "نشر الخبر في الصفحة الأولى صباح اليوم.",
    "تحدث المدير عن خطة العام القادم أمام الصحفيين.",
    "الطقس معتدل والطرق مفتوحة.",
)
_NAMES = "مسلم مسيحي مصري سوري امرأة"

Disguise = Callable[[str, random.Random], str]


def _letters(change: Callable[[str, random.Random], str], share: float) -> Disguise:
    """Change that share of the letters."""
    return lambda text, chance: "".join(
        change(letter, chance) if letter.isalpha() and chance.random() < share else letter for letter in text
    )


def _words(change: Callable[[str, random.Random], str]) -> Disguise:
    """Change half of the words; not names and links, which are nobody's offence."""
    return lambda text, chance: " ".join(
        change(word, chance) if chance.random() < 0.5 and word.isalpha() else word for word in text.split()
    )


def _presentation(text: str, chance: random.Random) -> str:
    forms = {
        "ا": "ﺎ",
        "ب": "ﺒ",
        "ك": "ﻜ",
        "ل": "ﻠ",
        "م": "ﻤ",
        "ن": "ﻨ",
        "ي": "ﻴ",
        "ح": "ﺤ",
        "ر": "ﺮ",
        "س": "ﺴ",
        "ه": "ﻬ",
    }
    return "".join(forms.get(letter, letter) for letter in text)


def _translated(table: dict[str, str]) -> Disguise:
    return lambda text, chance: "".join(chance.choice(table[letter]) if letter in table else letter for letter in text)


SPELLING: dict[str, Disguise] = {
    "diacritics": _letters(lambda letter, chance: letter + chance.choice(_MARKS), 0.5),
    "tatweel": _letters(lambda letter, chance: letter + "ـ" * chance.randint(1, 4), 0.4),
    "alef, ya, ta marbuta, hamza families": _translated(_FAMILIES),
    "presentation forms": _presentation,
    "zero-width and bidi characters": _letters(
        lambda letter, chance: letter + chance.choice("\u200b\u200d\u202e\u2066"), 0.4
    ),
    "repeated letters": _words(lambda word, chance: word[:-1] + word[-1] * chance.randint(3, 6)),
    "letters spaced out": _words(lambda word, chance: " ".join(word) if len(word) > 2 else word),
    "letters with full stops": _words(lambda word, chance: ".".join(word) if len(word) > 2 else word),
    "one sign inside": _words(lambda word, chance: word[0] + chance.choice("*._-") + word[1:]),
    "emoji between letters": _words(lambda word, chance: "😂".join(word) if len(word) > 2 else word),
    "Cyrillic look-alikes": _translated(_LATIN),
    "leet": _words(
        lambda word, chance: word[:1] + "".join(_LEET.get(letter, letter) for letter in word[1:-1]) + word[-1:]
    ),
    "full-width and bold Latin": lambda text, chance: "".join(
        chr(ord(letter) + 0xFEE0) if "a" <= letter <= "z" else letter for letter in text
    ),
}
PADDING: dict[str, Disguise] = {
    "a neutral sentence after": lambda text, chance: f"{text} {chance.choice(_NEUTRAL)}",
    "three neutral sentences around": lambda text, chance: f"{_NEUTRAL[0]} {text} {_NEUTRAL[1]} {_NEUTRAL[2]}",
    "names of groups before": lambda text, chance: f"{_NAMES} {text}",
}


def measure(folder: Path) -> None:
    comments = with_lessons(corpus.read(folder, Group.FULL, lambda stage, done, total: None))
    arabic = [place for place, source in enumerate(comments.sources) if source.language in ("ar", "arabizi")]
    chosen = np.isin(comments.sets, arabic) & (comments.answers[:, 0] != corpus.UNKNOWN)
    recipe = design.Recipe()
    fold = fitting.folds(comments, recipe)
    learn, test = np.flatnonzero(chosen & (fold > 0)), np.flatnonzero(chosen & (fold == 0))
    judge = _judge(comments, learn, recipe)
    plain = [comments.texts[row] for row in test]
    answers, sets = comments.answers[test, 0], comments.sets[test]
    sums = judge(plain)
    rows = []
    for kind, disguises in (("spelling", SPELLING), ("padding", PADDING)):
        for name, disguise in disguises.items():
            chance = random.Random(1)
            hidden = [disguise(text, chance) if answer else text for text, answer in zip(plain, answers, strict=True)]
            rows.append((kind, name, *_compared(answers, sets, sums, judge(hidden))))
    show(
        f"{len(test):,} comments that were not learned from, {int(answers.sum()):,} of them disguised",
        ("kind", "disguise", "AUC plain", "AUC disguised", "lost", f"aim {_AIM}"),
        [
            (kind, name, f"{one:.4f}", f"{other:.4f}", f"{one - other:+.4f}", _verdict(kind, one - other))
            for kind, name, one, other in rows
        ],
    )


def _verdict(kind: str, lost: float) -> str:
    return "" if kind != "spelling" else "met" if lost <= _AIM else "MISSED"


def _judge(comments: corpus.Corpus, learn: np.ndarray, recipe: design.Recipe) -> Callable[[Sequence[str]], np.ndarray]:
    model = Classifier(toxic_model(comments, learn, recipe))
    return lambda texts: model.probabilities(texts)[:, 0]


def toxic_model(comments: corpus.Corpus, learn: np.ndarray, recipe: design.Recipe) -> Artifact:
    """A model of the rows `learn` that knows the class `toxic` alone, its sums for logits."""
    made = design.design([comments.texts[row] for row in learn], recipe)
    weights = fitting.fit(
        made.matrix, comments.answers[learn, 0], comments.sets[learn], scripts=made.scripts, recipe=recipe
    )
    slopes, intercepts = (1.0,) * 3, (0.0,) * 3
    classes = [
        calibration.Linear(weights=weights * (label is Label.TOXIC), slopes=slopes, intercepts=intercepts)
        for label in LABELS
    ]
    return replace(calibration.assembled(made, classes, None, recipe), version="toxic-only")


def _compared(answers: np.ndarray, sets: np.ndarray, plain: np.ndarray, hidden: np.ndarray) -> tuple[float, float]:
    """The mean over the sets of both areas."""
    from sklearn.metrics import roc_auc_score

    areas = [
        [roc_auc_score(answers[sets == own], sums[sets == own]) for sums in (plain, hidden)]
        for own in np.unique(sets)
        if np.unique(answers[sets == own]).size == 2
    ]
    one, other = np.mean(areas, axis=0)
    return float(one), float(other)


def main(arguments: Sequence[str] | None = None) -> None:
    options.on_labelled_sets(__doc__, measure, arguments)


if __name__ == "__main__":
    main()
