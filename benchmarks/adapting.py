"""What learning from a newsroom's decisions gains there and costs elsewhere. `python -m benchmarks.adapting --data DIR`

Each set in turn is the newsroom: a judge learns `toxic` from all other sets (DIR as `taliq train` reads it), then from
a part of the newsroom's comments as if its people had decided on them. The area under the ROC curve is compared before
and after, on the newsroom's other comments and on the sets that the judge learned from.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from benchmarks.figures import machine, show
from benchmarks.robustness import toxic_model
from moderation.classifier import Classifier, adapting, corpus, design
from moderation.classifier.artifact import Artifact
from moderation.classifier.sources import Group
from moderation.decision import Reason
from moderation.ports import Judged

_AIM = 0.005
_SAMPLE = 1_500
"""Comments of each other set that are looked at."""


def measure(folder: Path, newsrooms: Sequence[str], sizes: Sequence[int]) -> None:
    comments = corpus.read(folder, Group.FULL, lambda stage, done, total: None)
    chance = np.random.default_rng(1)
    judged = comments.answers[:, 0] != corpus.UNKNOWN
    rows = []
    for name in newsrooms:
        (own,) = (place for place, source in enumerate(comments.sources) if source.name == name)
        base = toxic_model(comments, np.flatnonzero(judged & (comments.sets != own)), design.Recipe())
        here = chance.permutation(np.flatnonzero(judged & (comments.sets == own)))
        for size in sizes:
            learn, test = here[:size], here[max(sizes) :]
            decided = [_decided(comments, row) for row in learn]
            recipe = adapting.Adapting(held_out=0.0)
            after = adapting.adapted(base, decided, recipe, progress=lambda stage, done, total: None).model
            gain = _area(after, comments, test) - _area(base, comments, test)
            lost = [
                _area(base, comments, some) - _area(after, comments, some)
                for some in _others(comments, own, judged, chance)
            ]
            rows.append(
                (
                    name,
                    f"{size:,}",
                    f"{_area(base, comments, test):.4f}",
                    f"{gain:+.4f}",
                    f"{np.mean(lost):+.4f}",
                    f"{max(lost):+.4f}",
                    "met" if max(lost) <= _AIM else "MISSED",
                )
            )
    columns = ("newsroom", "decisions", "AUC before", "gained", "lost elsewhere, mean", "worst", f"aim {_AIM}")
    show("Learning from decisions", columns, rows)


def _decided(comments: corpus.Corpus, row: int) -> Judged:
    rejected = bool(comments.answers[row, 0])
    return Judged(
        decision_id=int(row),
        comment_id=int(row),
        body=comments.texts[row],
        language="ar",
        rejected=rejected,
        reasons=(Reason.OFFENSIVE,) if rejected else (),
    )


def _others(comments: corpus.Corpus, own: int, judged: np.ndarray, chance: np.random.Generator) -> list[np.ndarray]:
    """A sample of each other set that holds both answers."""
    found = []
    for place in range(len(comments.sources)):
        rows = np.flatnonzero(judged & (comments.sets == place))
        some = chance.permutation(rows)[:_SAMPLE]
        if place != own and np.unique(comments.answers[some, 0]).size == 2:
            found.append(some)
    return found


def _area(model: Artifact, comments: corpus.Corpus, rows: np.ndarray) -> float:
    sums = Classifier(model).logits([comments.texts[row] for row in rows])[:, 0]
    return float(roc_auc_score(comments.answers[rows, 0], sums))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of labelled sets")
    parser.add_argument("--newsroom", action="append", help="the set that plays the newsroom; may be repeated")
    parser.add_argument("--decisions", type=int, action="append", help="how many it decided; may be repeated")
    given = parser.parse_args(arguments)
    print(machine())
    measure(given.data, given.newsroom or ("mpold", "omcd", "davidson"), given.decisions or (200, 1_000))


if __name__ == "__main__":
    main()
