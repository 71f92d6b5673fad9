"""A newsroom's own model: learned, saved, and told in a card."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from moderation.classifier import artifact
from moderation.classifier.adapting import Adapted, Adapting, adapted
from moderation.classifier.agreement import Agreement
from moderation.classifier.artifact import Artifact
from moderation.classifier.training import CARD, RECIPE_OF, library_versions
from moderation.ports import Judged

_NAME: Final = f"taliq-own-{RECIPE_OF}"

_CAUTION: Final = """\
## What to beware of

- **People decide on what was held or reported.** Their decisions are a biased sample of what readers write, so only the
  order of comments is learned from them: calibration, and with it every threshold, stays the base's.
- **It repeats its teachers.** Where moderators disagree or were wrong, so is the model; the Model page lists the
  decisions that surprised it most.
- What the base gets wrong, as its own card says, this model gets wrong too.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """A saved model; what its base and it make of decisions that neither learned from."""

    version: str
    before: Agreement
    after: Agreement
    learned: int
    held_out: int


def own_model(
    base: Artifact,
    about: Mapping[str, Any],
    judged: Sequence[Judged],
    out: Path,
    *,
    source: str,
    progress: Callable[[str, int, int], None],
) -> Learned:
    """Write a model into `out` that learned from `judged` (newest first) beside what `base` knows.

    `about` is the base's story, `source` names the newsroom.
    """
    recipe = Adapting()
    made = adapted(base, judged, recipe, progress=progress)
    held_out = len(judged) - made.learned
    progress("writing", 0, 1)
    story = _story(base, about, made, recipe, source=source, held_out=held_out)
    version = artifact.save(made.model, out, name=_NAME, about=story)
    (out / CARD).write_text(_card(version, story), encoding="utf-8")
    progress("writing", 1, 1)
    after = replace(made.after, model=version)
    return Learned(version=version, before=made.before, after=after, learned=made.learned, held_out=held_out)


def _story(
    base: Artifact, about: Mapping[str, Any], made: Adapted, recipe: Adapting, *, source: str, held_out: int
) -> dict[str, Any]:
    own = {
        "name": "decisions",
        "language": "",
        "domain": f"moderators' decisions of {source}",
        "licence": "the newsroom's own",
        "rows": made.learned,
    }
    return {
        "group": "own",
        "base": base.version,
        "source": source,
        "sets": [*about.get("sets", []), own],
        "learned": [label.value for label in made.classes],
        "decisions": {"learned": made.learned, "rejected": made.rejected, "held_out": held_out},
        "held_out": {"before": asdict(made.before), "after": asdict(made.after)},
        "recipe": asdict(recipe),
        "versions": library_versions(),
    }


def _card(version: str, story: Mapping[str, Any]) -> str:
    decisions, changed = story["decisions"], ", ".join(f"`{label}`" for label in story["learned"])
    parts = (
        f"# Model card: {version}",
        f"Learned from {decisions['learned']:,} decisions ({decisions['rejected']:,} rejections) of {story['source']},"
        f" as a small change of `{story['base']}`, which it must not forget. Classes changed: {changed}.",
        "## On the newest decisions, which neither learned from\n\n" + _figures(story["held_out"]),
        _CAUTION.strip(),
    )
    return "\n\n".join(parts) + "\n"


def _figures(held_out: Mapping[str, Any]) -> str:
    lines = ["| model | decisions | AUC | agreement |", "| --- | --- | --- | --- |"]
    for name in ("before", "after"):
        for part in held_out[name]["parts"][:1]:
            auc = f"{part['ranking']['auc']:.4f}" if part["ranking"] else "–"
            lines.append(f"| {name} | {part['decisions']:,} | {auc} | {part['agreement']:.4f} |")
    return "\n".join(lines)
