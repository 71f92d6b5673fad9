"""Other packages that score comments, measured where the reader installed them; none is a dependency of ours.

```sh
pip install --no-deps --target RIVALS fasttext-wheel alt-profanity-check arabic-toxic
python -m benchmarks.score --rivals RIVALS
```

Without their dependencies, so that they run on our scikit-learn. The last two unpickle their models, which runs code
of theirs: measure them where that does no harm.
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

Scorer = Callable[[Sequence[str]], list[float]]
"""How likely each text is to be offensive, by whatever scale; only the order counts."""

INSTALL = "pip install --no-deps --target DIR fasttext-wheel alt-profanity-check arabic-toxic"


def rivals(folder: Path | None, texts: Sequence[str], rude: Sequence[int]) -> dict[str, Scorer]:
    """Those that can be imported, by name; what learns has learned from the given texts."""
    if folder is not None:
        sys.path.append(str(folder.resolve()))
    found: dict[str, Scorer] = {}
    if find_spec("fasttext"):
        found["fastText, characters 2-5, words 2"] = fast_text(texts, rude)
    # Models that another version of scikit-learn pickled: a warning for each of its classes.
    warnings.filterwarnings("ignore", module="sklearn")
    if find_spec("profanity_check"):
        found["alt-profanity-check"] = _alt_profanity_check()
    if find_spec("arabic_toxic"):
        found["arabic-toxic"] = _arabic_toxic()
    return found


def fast_text(texts: Sequence[str], rude: Sequence[int]) -> Scorer:
    """Learns in 25 rounds, with 32 numbers a word, on one thread."""
    import fasttext

    with tempfile.TemporaryDirectory() as scratch:
        lines = Path(scratch) / "lines.txt"
        lines.write_text(
            "".join(f"__label__{answer} {_line(text)}\n" for text, answer in zip(texts, rude, strict=True)),
            encoding="utf-8",
        )
        model = fasttext.train_supervised(
            str(lines), epoch=25, dim=32, minn=2, maxn=5, wordNgrams=2, bucket=1_000_000, thread=1, verbose=0, seed=1
        )

    def score(batch: Sequence[str]) -> list[float]:
        # The package's own `predict` fails on numpy 2; this is what it calls.
        return [
            dict((name, p) for p, name in model.f.predict(_line(text), 2, 0.0, "strict"))["__label__1"]
            for text in batch
        ]

    return score


def _alt_profanity_check() -> Scorer:
    from profanity_check import predict_prob

    return lambda batch: predict_prob(batch).tolist()


def _arabic_toxic() -> Scorer:
    from arabic_toxic import predict_proba
    from sklearn._loss import _loss

    # Its model asks for the module by the name that it had in an older scikit-learn.
    sys.modules.setdefault("_loss", _loss)
    return lambda batch: [100.0 - scores["NOT"] for scores in predict_proba(batch)]


def _line(text: str) -> str:
    return " ".join(text.split()) + "\n"
