"""A set that nothing was learned from: how it is ranked by ours and by the plain model. `python -m benchmarks.left_out
--data DIR`

Each of eight Arabic sets in turn (DIR as `taliq train` reads it) is left out, what is derived from it too, and ranked
by `toxic` by models of the others:

- ours as shipped, from sets of all languages and our own lessons: the figure of the model card;
- the plain model from the same sets: TF-IDF of n-grams within words, words and pairs, one logistic regression;
- both from the sets in Arabic letters alone.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from benchmarks import options
from benchmarks.figures import show
from benchmarks.pipelines import plain_pipeline
from moderation.classifier import corpus, design, evaluation, fitting
from moderation.classifier.lessons import with_lessons
from moderation.classifier.sources import Group
from moderation.score import LABELS, Label

_MEAN_OVER, _NONE_WORSE = 0.02, 0.005
_COLUMN = LABELS.index(Label.TOXIC)


def measure(folder: Path) -> None:
    comments = corpus.read(folder, Group.FULL, lambda stage, done, total: None)
    recipe = design.Recipe()
    shipped = with_lessons(comments)
    made = design.design(shipped.texts, recipe)
    rows: list[tuple[str, int, list[float]]] = []
    for held in evaluation.held_out(comments):
        everything = evaluation.without(held, made, shipped, recipe)
        learn, test = evaluation.split(comments, held)
        arabic = learn[np.isin(comments.sets[learn], _arabic(comments))]
        if everything is None or np.unique(comments.answers[arabic, _COLUMN]).size < 2:
            continue
        areas = [everything.auc, _plain(comments, learn, test)]
        areas += [_ours(comments, arabic, test, recipe), _plain(comments, arabic, test)]
        rows.append((held.name, test.size, areas))
        print(f"{held.name}: {', '.join(f'{area:.4f}' for area in areas)}", file=sys.stderr, flush=True)
    if not rows:
        sys.exit(f"{folder.name} holds none of the sets that are left out, or nothing beside one to learn from.")
    mean = np.mean([areas for *_, areas in rows], axis=0).tolist()
    show(
        "Area under the ROC curve of `toxic`, each set left out in turn",
        ("set", "rows", "ours as shipped", "plain", "over it", "ours, Arabic alone", "plain", "over it"),
        [
            (name, f"{size:,}", *_pair(*areas[:2]), *_pair(*areas[2:]))
            for name, size, areas in (*rows, ("mean", sum(size for _, size, _ in rows), mean))
        ],
    )
    worst = min(areas[0] - areas[1] for *_, areas in rows)
    print(
        f"\nAims: the mean {_MEAN_OVER} over the plain model's, {_met(mean[0] - mean[1] >= _MEAN_OVER)};"
        f" no set worse by more than {_NONE_WORSE}, {_met(worst >= -_NONE_WORSE)}."
    )


def _pair(ours: float, plain: float) -> tuple[str, str, str]:
    return f"{ours:.4f}", f"{plain:.4f}", f"{ours - plain:+.4f}"


def _arabic(comments: corpus.Corpus) -> list[int]:
    return [place for place, source in enumerate(comments.sources) if source.language == "ar"]


def _ours(comments: corpus.Corpus, learn: np.ndarray, test: np.ndarray, recipe: design.Recipe) -> float:
    made = design.design([comments.texts[row] for row in (*learn, *test)], recipe)
    weights = fitting.fit(
        made.matrix[: learn.size],
        comments.answers[learn, _COLUMN],
        comments.sets[learn],
        scripts=made.scripts[: learn.size],
        recipe=recipe,
    )
    return _area(comments, test, made.matrix[learn.size :] @ weights)


def _plain(comments: corpus.Corpus, learn: np.ndarray, test: np.ndarray) -> float:
    model = plain_pipeline().fit([comments.texts[row] for row in learn], comments.answers[learn, _COLUMN])
    return _area(comments, test, model.decision_function([comments.texts[row] for row in test]))


def _area(comments: corpus.Corpus, test: np.ndarray, sums: np.ndarray) -> float:
    return float(roc_auc_score(comments.answers[test, _COLUMN], sums))


def _met(holds: bool) -> str:
    return "met" if holds else "MISSED"


def main(arguments: Sequence[str] | None = None) -> None:
    options.on_labelled_sets(__doc__, measure, arguments)


if __name__ == "__main__":
    main()
