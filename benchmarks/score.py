"""Scoring: the shipped classifier beside the same features in plain scikit-learn. `python -m benchmarks.score`

All score the same comments in one process and on one thread, turn by turn, so that whatever else the machine does
falls on all; rates are comments per CPU second. Ours gives six classes with calibrated probabilities and the overall
score, and builds a `Scores` for each comment. Beside it stand pipelines of scikit-learn alone with its n-grams and
words, pairs of neighbours among them, over the same folded text; ours reads stems and roots too, undoes disguises and
tells links and names, which scikit-learn's part is spared. Ratios are to the first of them:

- TF-IDF, six classes: the honest rival, as it answers what ours answers;
- TF-IDF, one class: the plain pipeline, whose quality is compared with `--data`;
- hashed, six classes: features by `HashingVectorizer` in as many buckets as ours, so without a vocabulary to look in.

The comments are generated: words of a made-up Arabic vocabulary, as often and as long as in real comments.

With `--data DIR` (labelled sets as `taliq train` reads them) both learn from four fifths of the Arabic sets together
and are compared on the rest. With `--rivals DIR` other packages run too (`benchmarks/rivals.py`).
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.figures import Wrong, check, machine, rate, show, times
from benchmarks.pipelines import answers_of, plain_pipeline, six_classes
from benchmarks.rivals import INSTALL, rivals

_BATCH = 1_000
"""As many as an import judges at a time."""

_OURS = "ours, six classes and overall"
_RIVAL, _PLAIN, _HASHED = (
    f"scikit-learn, {kind}" for kind in ("TF-IDF, six classes", "TF-IDF, one class", "hashed, six classes")
)

_WORDS = 40_000
_RUDE = ("غبي", "حقير", "كلب", "تافه", "كذاب", "خنزير", "وقح", "حثالة")
_LETTERS = "ااااللللمممنننووويييههررتتبدسعفكقحجشصطخضغذثزظءةى"
_PREFIXES = ("", "", "", "", "ال", "ال", "و", "ب", "وال", "لل", "ي", "ت")

_START = """
import resource, time
begin = time.perf_counter()
from moderation.classifier import Classifier
Classifier.load().score(["تعليق"])
took = time.perf_counter() - begin
pages = open("/proc/self/statm").read().split()[1] if __import__("os").path.exists("/proc/self/statm") else 0
print(took, int(pages) * resource.getpagesize() / 2**20)
"""


def generated(size: int, *, seed: int) -> tuple[list[str], list[int]]:
    """Comments of 80 to 400 characters and whether each is rude; a few words are frequent and most are rare."""
    rng = random.Random(seed)
    words = [
        rng.choice(_PREFIXES) + "".join(rng.choices(_LETTERS, k=min(8, max(2, round(rng.gauss(4.2, 1.2))))))
        for _ in range(_WORDS)
    ]
    texts, rude = [], []
    for _ in range(size):
        length = min(400, max(80, round(rng.lognormvariate(5.1, 0.45))))
        parts: list[str] = []
        rude.append(int(rng.random() < 0.3))
        while sum(map(len, parts)) + len(parts) < length:
            parts.append(words[int(_WORDS ** rng.random()) - 1])
        if rude[-1]:
            parts[rng.randrange(len(parts))] = rng.choice(_RUDE)
        texts.append(" ".join(parts))
    return texts, rude


def measure(given: argparse.Namespace) -> None:
    from moderation.classifier import Classifier

    texts, rude = generated(1_000 if given.quick else 20_000, seed=1)
    sizes = [len(text) for text in texts]
    print(f"\n{len(texts):,} comments of {min(sizes)} to {max(sizes)} characters, mean {sum(sizes) / len(sizes):.0f}.")
    ours = Classifier.load()
    ours.warm()
    # Learned from a part: the vocabulary's size hardly matters to the time of a look.
    learned = len(texts) // 4
    pipelines = {_RIVAL: six_classes(hashed=False), _PLAIN: plain_pipeline(), _HASHED: six_classes(hashed=True)}
    for name, pipeline in pipelines.items():
        pipeline.fit(texts[:learned], rude[:learned] if name == _PLAIN else answers_of(rude[:learned]))
    others = rivals(given.rivals, texts, rude)
    if not others:
        print(f"\nOnly scikit-learn beside ours. For other packages: {INSTALL}, then --rivals DIR.")
    scorers: dict[str, Callable[[list[str]], object]] = {
        _OURS: ours.score,
        **{name: pipeline.predict_proba for name, pipeline in pipelines.items()},
        **others,
    }
    share = len(texts) // 10
    rates = _turns(
        scorers,
        {name: texts if name == _OURS else texts[:share] for name in scorers},
        rounds=2 if given.quick else 5,
    )
    singles = {
        name: _alone(lambda text, scorer=scorer: scorer([text]), texts[: share * 5 if name == _OURS else share // 4])
        for name, scorer in scorers.items()
    }
    slow = rates[_RIVAL]
    show(
        "Scoring in batches and one by one",
        ("scorer", "comments/CPU-s", "times the rival", "one comment p50 µs", "p99 µs"),
        [
            (name, rate(round(found), 1.0), times(found, slow), *(f"{value:,.0f}" for value in singles[name]))
            for name, found in rates.items()
        ],
    )
    print(
        f"\nOurs is {times(rates[_OURS], slow)} {_RIVAL}, {times(rates[_OURS], rates[_PLAIN])} with one class,"
        f" {times(rates[_OURS], rates[_HASHED])} {_HASHED}."
    )
    check(ours.score(texts[:50]) == [ours.score([text])[0] for text in texts[:50]], "a batch changes scores")
    _threads(ours.score, texts, rounds=2 if given.quick else 5)
    _starts()
    if given.data:
        _quality(given.data, quick=given.quick)


def _threads(scorer: Callable[[list[str]], object], texts: list[str], *, rounds: int) -> None:
    """The same work by one thread and by two that share the classifier, turn by turn, by the clock."""
    batches = [texts[start : start + _BATCH] for start in range(0, len(texts), _BATCH)] * 4
    taken: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(rounds):
        for threads, found in taken.items():
            with ThreadPoolExecutor(threads) as pool:
                began = time.perf_counter()
                for _done in pool.map(scorer, batches):
                    pass
                found.append(time.perf_counter() - began)
    count, alone = sum(map(len, batches)), median(taken[1])
    show(
        "By the clock, in threads that share one classifier",
        ("threads", "comments/s", "ratio"),
        [(threads, rate(count, median(found)), times(alone, median(found))) for threads, found in taken.items()],
    )


def _turns(
    scorers: dict[str, Callable[[list[str]], object]], batches: dict[str, list[str]], *, rounds: int
) -> dict[str, float]:
    """The median rate of each over so many rounds, one after the other in each."""
    found: dict[str, list[float]] = {name: [] for name in scorers}
    for _ in range(rounds):
        for name, scorer in scorers.items():
            began = time.process_time()
            for start in range(0, len(batches[name]), _BATCH):
                scorer(batches[name][start : start + _BATCH])
            found[name].append(len(batches[name]) / (time.process_time() - began))
    return {name: median(several) for name, several in found.items()}


def _alone(scorer: Callable[[str], object], texts: list[str]) -> tuple[float, float]:
    """Median and 99th percentile of one call, in microseconds."""
    taken = []
    for text in texts:
        began = time.perf_counter()
        scorer(text)
        taken.append((time.perf_counter() - began) * 1e6)
    taken.sort()
    return taken[len(taken) // 2], taken[len(taken) * 99 // 100]


def _starts() -> None:
    """A new process to its first score, with the compiled code kept from before and without."""
    with tempfile.TemporaryDirectory() as empty:
        rows = []
        for name in ("first start, nothing compiled", "compiled code kept"):
            done = subprocess.run(
                [sys.executable, "-c", _START],
                env=os.environ | {"NUMBA_CACHE_DIR": empty},
                cwd=Path(__file__).resolve().parent.parent,
                capture_output=True,
                text=True,
                check=True,
            )
            seconds, megabytes = map(float, done.stdout.split())
            rows.append((name, f"{seconds:.2f}", f"{megabytes:.0f}"))
    show("From the start of Python's imports to the first score", ("start", "seconds", "MB resident"), rows)


def _quality(folder: Path, *, quick: bool) -> None:
    """Area under the ROC curve of `toxic` on a fifth of each Arabic set, learned from the other fifths of all."""
    from sklearn.metrics import roc_auc_score

    from moderation.classifier import corpus, design, fitting
    from moderation.classifier.sources import Group
    from moderation.score import LABELS, Label

    read = corpus.read(folder, Group.FULL, lambda stage, done, total: None)
    recipe = design.Recipe()
    answers = read.answers[:, LABELS.index(Label.TOXIC)]
    fold = fitting.folds(read, replace(recipe, folds=50 if quick else 5))
    arabic = [number for number, source in enumerate(read.sources) if source.language == "ar"]
    chosen = (answers != corpus.UNKNOWN) & np.isin(read.sets, arabic)
    learn, test = np.flatnonzero(chosen & ((fold == 1) if quick else (fold > 0))), np.flatnonzero(chosen & (fold == 0))
    made = design.design([read.texts[row] for row in (*learn, *test)], recipe)
    weights = fitting.fit(
        made.matrix[: learn.size], answers[learn], read.sets[learn], scripts=made.scripts[: learn.size], recipe=recipe
    )
    ours = made.matrix[learn.size :] @ weights
    plain = plain_pipeline().fit([read.texts[row] for row in learn], answers[learn])
    theirs = plain.decision_function([read.texts[row] for row in test])
    tested = [read.texts[row] for row in test]
    learned = [read.texts[row] for row in learn], answers[learn].tolist()
    sums = {"ours": ours, "scikit-learn": theirs}
    for name, scorer in rivals(None, *learned).items():
        sums[name] = np.array(scorer(tested))
    rows: list[tuple[str, int, list[float]]] = []
    for number in arabic:
        own = read.sets[test] == number
        rows.append(
            (
                read.sources[number].name,
                int(own.sum()),
                [float(roc_auc_score(answers[test][own], found[own])) for found in sums.values()],
            )
        )
    means = [sum(found[place] for _, _, found in rows) / len(rows) for place in range(len(sums))]
    show(
        f"Quality (AUC); what learns learned from the same {learn.size:,} comments of all these sets",
        ("set", "tested", *sums, "ours over scikit-learn"),
        [
            (name, f"{size:,}", *(f"{value:.4f}" for value in found), f"{found[0] - found[1]:+.4f}")
            for name, size, found in (*rows, ("mean", test.size, means))
        ],
    )


def main(arguments: Sequence[str] | None = None) -> None:
    # One thread each: the rates are of CPU seconds, and a linear algebra library's idle threads burn some.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a tiny run: the checks hold, the times say nothing")
    parser.add_argument("--data", type=Path, help="folder of labelled sets, to compare quality too")
    parser.add_argument("--rivals", type=Path, metavar="DIR", help="folder of other packages to measure beside")
    given = parser.parse_args(arguments)
    print(machine())
    try:
        measure(given)
    except Wrong as wrong:
        sys.exit(f"WRONG: {wrong}")


if __name__ == "__main__":
    main()
