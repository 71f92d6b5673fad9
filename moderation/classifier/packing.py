"""A model's files as bytes, to be kept where there are no folders, and a classifier made of them again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from moderation.classifier import artifact
from moderation.classifier.artifact import MANIFEST, Artifact
from moderation.classifier.classifier import Classifier
from moderation.classifier.errors import ModelForeign

# A manifest says which files belong to it; what it says becomes a file's name only if it looks like one of ours.
_PART = re.compile(r"[a-z]{1,40}")


def packed(folder: Path) -> dict[str, bytes]:
    """The manifest and every part that it names; `ModelError` when they make no model that this version can use."""
    artifact.load(folder)
    parts = json.loads((folder / MANIFEST).read_bytes())["sha256"]
    if not all(_PART.fullmatch(part) for part in parts):
        raise ModelForeign(file=MANIFEST, reason="sha256")
    files = {name: (folder / name).read_bytes() for name in (MANIFEST, *(f"{part}.npy" for part in sorted(parts)))}
    # What was read a second time is what is kept, so that is what must be whole.
    unpacked(files)
    return files


def unpacked(files: Mapping[str, bytes]) -> Classifier:
    """The model, checked as one in a folder is; `ModelError` when it cannot be used."""
    with _laid_out(files) as folder:
        return Classifier.load(folder)


def artifact_of(files: Mapping[str, bytes]) -> Artifact:
    """As `unpacked`, for learning on."""
    with _laid_out(files) as folder:
        return artifact.load(folder)


@contextmanager
def _laid_out(files: Mapping[str, bytes]) -> Iterator[Path]:
    with TemporaryDirectory(prefix="taliq-model-") as made:
        folder = Path(made)
        for name, content in files.items():
            if name != MANIFEST and not _PART.fullmatch(name.removesuffix(".npy")):
                raise ModelForeign(file=MANIFEST, reason="sha256")
            (folder / name).write_bytes(content)
        yield folder


def about(files: Mapping[str, bytes]) -> dict[str, Any]:
    """Where a model that was packed came from."""
    story = json.loads(files[MANIFEST]).get("about")
    return story if isinstance(story, dict) else {}
