"""The model card: generated from the manifest, so that it cannot say other than what was trained."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from moderation.classifier.lessons import SOURCE
from moderation.classifier.sources import ARABIC_HELD_OUT
from moderation.score import LABELS

_LIMITS: Final = """\
## What it gets wrong

- **It counts spellings; it does not read.** «not an idiot» holds the letters of the insult. On functional tests of
  negation, counter-speech (quoting an insult in order to reject it), reclaimed words and irony, models of this kind
  stand near chance.
- **New sources.** Compare the two columns of AUC: from a source that it has never seen it ranks clearly worse than
  from one that it has. Probabilities carry over less well than ranks: choose thresholds on the site's own comments.
- **Dialects.** What it knows of Moroccan and Algerian it knows from one set each; a dialect absent from the table above
  is judged by what it shares with the others. Arabizi was learned from one set, and from Arabic by its consonants.
- **Rare classes.** `threat` and, in Arabic, `spam` were judged in few sets and are rare there: take their scores for a
  hint to look, not for a verdict. The threats in `taliq_lessons` are sentences from templates, and its figures say
  nothing of readers' threats. A class that no set of the training group judged scores 0 always.
- **Names of groups.** The names of peoples, faiths, sects, sexes and regions that it lists are not read at all, so no
  sentence is judged for one; hatred that says nothing but a name and a common word is missed for it (`hate` in its own
  domain ranks 0.01 to 0.03 lower). Names that are not listed, and words that are an insult to a group, are learned.
- **Disguise.** It undoes spelling variants, lengthening, invisible characters, letters set apart by spaces or signs,
  look-alikes and common leet. It does not undo transposed or left-out letters, words run together or cut in two, or
  words in pictures. Arabizi with t, s, d for the emphatic letters does not meet the Arabic spelling.
- **Length.** The first 20,000 characters are judged; in a long civil text a single insult weighs little.
- **Annotators.** The labels are opinions of few annotators a comment; `mlma_fr` is noisy, `davidson` and `olid` were
  found by keyword, and `toxic_spans_civil` was picked as toxic.

## Use

Made to order a queue and to let a newsroom's own thresholds hold or pass comments with people in charge. Not made to
judge persons, nor to act against anybody without a person who looks.
"""


def card(version: str, about: Mapping[str, Any]) -> str:
    """Markdown without a sentence of the comments it was trained on."""
    parts = [
        f"# Model card: {version}",
        _summary(about),
        "## Training sets\n\n" + _sets(about["sets"]),
        "## How well it ranks\n\n" + _figures(about),
        "## Calibration\n\n" + _calibration(about["reliability"]),
        "## Overall score\n\n" + _overall(about["overall"]),
        _LIMITS,
        "## How it was made\n\n" + _making(about),
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _summary(about: Mapping[str, Any]) -> str:
    published = [entry for entry in about["sets"] if entry["name"] != SOURCE.name]
    rows = sum(entry["rows"] for entry in published)
    return (
        f"Training group `{about['group']}`: {rows:,} comments of {len(published)} published sets, in Arabic (standard"
        " and dialects), Arabizi, English and French. It gives a comment six calibrated probabilities: "
        + ", ".join(f"`{label.value}`" for label in LABELS)
        + ". It is a linear model over hashed character n-grams (2 to 5), words, pairs of words, stems and roots; its"
        " files are weights and a list of names of groups, and hold no text of anybody's."
    )


def _sets(entries: Iterable[Mapping[str, Any]]) -> str:
    return _table(
        ("set", "language", "domain", "rows", "judged: positives of rows", "licence as stated", "source (GitHub)"),
        [
            (
                f"`{entry['name']}`",
                entry["language"],
                entry["domain"],
                f"{entry['rows']:,}",
                ", ".join(
                    "{} {:,} of {:,}".format(label.value, *entry["judged"][label.value])
                    for label in LABELS
                    if label.value in entry["judged"]
                ),
                entry["licence"],
                entry["source"],
            )
            for entry in entries
        ],
    )


def _figures(about: Mapping[str, Any]) -> str:
    away = about["left_out"]
    rows = [
        (
            f"`{entry['name']}`",
            *(_auc(about["in_domain"][label.value].get(entry["name"])) for label in LABELS),
            _auc(away.get(entry["name"])),
        )
        for entry in about["sets"]
    ]
    text = (
        "Area under the ROC curve. In domain: out of fold, the other folds of the same set being learned from. Left"
        " out: `toxic`, learned from all other sets only. A dash stands where fewer than 20 comments are positive.\n\n"
    )
    text += _table(("set", *(f"{label.value} in domain" for label in LABELS), "toxic, left out"), rows)
    arabic = [away[name]["auc"] for name in ARABIC_HELD_OUT if away.get(name)]
    if arabic:
        text += (
            f"\n\nMean over the {len(arabic)} Arabic sets left out one at a time: **{sum(arabic) / len(arabic):.4f}**."
        )
    return text


def _calibration(reliability: Mapping[str, Mapping[str, Any]]) -> str:
    text = (
        "Platt's sigmoid over out-of-fold sums for each of three ways of writing (Arabic letters, Arabizi, other Latin"
        " writing), of the sets that were not picked for being offensive, each set counting the same. The expected"
        " calibration error over ten bins, of the same rows counted singly:\n\n"
    )
    text += _table(
        ("class", "error", "mean probability → share of positives (rows)"),
        [
            (
                f"`{label.value}`",
                f"{reliability[label.value]['error']:.4f}",
                "; ".join(
                    f"{mean:.2f} → {share:.2f} ({rows:,})" for mean, share, rows in reliability[label.value]["bins"]
                ),
            )
            for label in LABELS
        ],
    )
    return text


def _overall(figures: Mapping[str, Any]) -> str:
    if not figures:
        return "There were too few answers to learn one; the highest of the six stands for it."
    text = (
        "The probability that a moderator would reject a comment, for whichever reason: a logistic regression on the"
        " six logits whose slopes are not negative, learned out of fold on the sets that were not picked for being"
        " offensive, each set counting the same. A comment that annotators gave any class counts as rejected.\n\n"
    )
    return text + _table(
        ("score", "AUC", "average precision", "calibration error", "rows", "positives"),
        [
            (
                name,
                *(f"{one['ranking'][figure]:.4f}" for figure in ("auc", "average_precision")),
                f"{one['reliability']['error']:.4f}",
                *(f"{one['ranking'][size]:,}" for size in ("rows", "positives")),
            )
            for name, one in (("overall", figures["learned"]), ("highest of the six", figures["highest"]))
            if one["ranking"]
        ],
    )


def _making(about: Mapping[str, Any]) -> str:
    recipe = ", ".join(f"{key} {value}" for key, value in sorted(about["recipe"].items()))
    versions = ", ".join(f"{name} {version}" for name, version in sorted(about["versions"].items()))
    return (
        f"`taliq train --group {about['group']}` with {recipe}; {versions}. The same sets, seed and versions give the"
        " same bytes. Classes learned: " + ", ".join(f"`{label}`" for label in about["learned"]) + "."
    )


def _auc(ranking: Mapping[str, Any] | None) -> str:
    return f"{ranking['auc']:.3f}" if ranking else "–"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
