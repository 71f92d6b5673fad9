"""Make a model from labelled comments."""

from collections.abc import Callable
from pathlib import Path

from moderation.errors import Invalid


def train(*, corpus: Path, group: str, out: Path, progress: Callable[[str, int, int], None]) -> str:
    """Learn from the sets in `corpus` and write the model and its card into `out`; the model's version.

    `progress` hears a stage (`reading`, `counting`, `fitting`, `comparing`, `writing`), the steps done and their
    number. Raises `CorpusError` when there is nothing to learn from.
    """
    # Scikit-learn and SciPy take 100 MB: a process that only serves must not load them with the other use cases.
    from moderation.classifier.design import Recipe
    from moderation.classifier.sources import Group
    from moderation.classifier.training import trained

    if group not in set(Group):
        raise Invalid(field="group", reason="not_listed")
    return trained(corpus, Group(group), out, progress=progress, recipe=Recipe())
