"""From labelled comments to a saved model, its figures and its card."""

import platform
from collections.abc import Callable
from dataclasses import asdict
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from moderation.classifier import artifact, calibration, corpus, design, evaluation, fitting, overall
from moderation.classifier.calibration import Linear
from moderation.classifier.card import card
from moderation.classifier.corpus import UNKNOWN, Corpus
from moderation.classifier.design import Design, Recipe
from moderation.classifier.lessons import with_lessons
from moderation.classifier.reject import Reject, highest
from moderation.classifier.sources import Group
from moderation.score import LABELS

RECIPE_OF: Final = "2026.11"
"""The month that the recipe is of. It stands in a model's name, where a clock would make each training differ."""

CARD: Final = "CARD.md"

_LIBRARIES: Final = ("numpy", "scipy", "scikit-learn", "numba")

Progress = Callable[[str, int, int], None]
Figures = dict[str, Any]


def trained(folder: Path, group: Group, out: Path, *, progress: Progress, recipe: Recipe) -> str:
    """Write the model learned from the sets in `folder` into `out`; its version."""
    comments = with_lessons(corpus.read(folder, group, progress))
    progress("counting", 0, 1)
    made = design.design(comments.texts, recipe)
    progress("counting", 1, 1)
    classes, logits, figures = _classes(made, comments, recipe, progress)
    reject, figures["overall"] = _overall(comments, logits)
    figures["left_out"] = _left_out(made, comments, recipe, progress)
    progress("writing", 0, 1)
    about = _origin(comments, group, recipe) | figures
    model = calibration.assembled(made, classes, reject, recipe)
    version = artifact.save(model, out, name=f"taliq-{group}-{RECIPE_OF}", about=about)
    (out / CARD).write_text(card(version, about), encoding="utf-8")
    progress("writing", 1, 1)
    return version


def _classes(
    made: Design, comments: Corpus, recipe: Recipe, progress: Progress
) -> tuple[list[Linear], NDArray[np.float64], Figures]:
    """Each class's weights and calibration; each row's logits (rows x 6) by models that have not seen it; figures."""
    logits = np.empty((len(comments.texts), len(LABELS)))
    classes: list[Linear] = []
    figures: Figures = {"in_domain": {}, "reliability": {}}
    for column, label in enumerate(LABELS):
        progress("fitting", column, len(LABELS))
        judged = (comments.answers[:, column] != UNKNOWN).nonzero()[0]
        answers = comments.answers[judged, column]
        weights = fitting.fit(
            made.matrix[judged], answers, comments.sets[judged], scripts=made.scripts[judged], recipe=recipe
        )
        sums = fitting.out_of_fold(made, comments, column, recipe=recipe)
        linear = calibration.calibrated(weights, sums, comments, column, scripts=made.scripts)
        classes.append(linear)
        slopes, intercepts = np.array(linear.slopes), np.array(linear.intercepts)
        logits[:, column] = sums * slopes[made.scripts] + intercepts[made.scripts]
        figures["in_domain"][label.value] = evaluation.in_domain(sums, comments, column)
        figures["reliability"][label.value] = asdict(
            evaluation.reliability(linear, sums, comments, column, scripts=made.scripts)
        )
    progress("fitting", len(LABELS), len(LABELS))
    return classes, logits, figures


def _overall(comments: Corpus, logits: NDArray[np.float64]) -> tuple[Reject | None, Figures]:
    """The overall score beside the plain rule that it replaces, the highest of the six, on the same rows."""
    answers = overall.answers_of(comments)
    learned = overall.learned(logits, answers, overall.each_set_alike(comments, answers))
    if learned is None:
        return None, {}
    rows = np.flatnonzero(answers != UNKNOWN)
    figures: Figures = {}
    for name, given in (("learned", learned.logits(logits)[rows]), ("highest", highest(logits)[rows])):
        found = evaluation.ranking(answers[rows], given)
        probabilities = 1 / (1 + np.exp(-given))
        figures[name] = {
            "ranking": asdict(found) if found else None,
            "reliability": asdict(evaluation.reliability_of(probabilities, answers[rows])),
        }
    return learned, figures


def _left_out(made: Design, comments: Corpus, recipe: Recipe, progress: Progress) -> Figures:
    sources = evaluation.held_out(comments)
    figures: Figures = {}
    for number, source in enumerate(sources):
        progress("comparing", number, len(sources))
        ranking = evaluation.without(source, made, comments, recipe)
        if ranking:
            figures[source.name] = asdict(ranking)
    progress("comparing", len(sources), len(sources))
    return figures


def _origin(comments: Corpus, group: Group, recipe: Recipe) -> dict[str, Any]:
    sets = [
        {
            "name": source.name,
            "language": source.language,
            "domain": source.domain,
            "licence": source.licence,
            "source": source.origin,
            "rows": int(comments.rows_of(source).sum()),
            "sha256": checksum,
            "judged": {
                label.value: [int((answers == 1).sum()), int((answers != UNKNOWN).sum())]
                for label, answers in zip(LABELS, comments.answers[comments.rows_of(source)].T, strict=True)
                if label in source.judged
            },
        }
        for source, checksum in zip(comments.sources, comments.checksums, strict=True)
    ]
    learned = [
        label.value
        for label, answers in zip(LABELS, comments.answers.T, strict=True)
        if (answers == 1).any() and (answers == 0).any()
    ]
    return {
        "group": group.value,
        "sets": sets,
        "learned": learned,
        "recipe": asdict(recipe),
        "versions": library_versions(),
    }


def library_versions() -> dict[str, str]:
    """Of all that the bytes of a model depend on."""
    return {"python": platform.python_version()} | {name: version_of(name) for name in _LIBRARIES}
