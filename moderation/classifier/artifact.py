"""A model as data: arrays without pickles, and a manifest that names, checks and dates them."""

import hashlib
import io
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from moderation.classifier.errors import ModelAltered, ModelError, ModelForeign, ModelMissing, ModelTooNew
from moderation.classifier.features import EXPANDED, Folding
from moderation.classifier.reject import Reject
from moderation.score import LABELS
from moderation.text.normalise import FOLDED_PLANES

FORMAT: Final = "taliq-classifier"
FORMAT_VERSION: Final = 1
MANIFEST: Final = "manifest.json"

_LARGEST_FILE: Final = 64 << 20
_BITS: Final = range(10, 25)
_CLASSES: Final = len(LABELS)
_MOST_NAMES: Final = 1 << 16

SCRIPTS: Final = 3
"""Calibrations: of texts in Arabic letters, of Arabizi, of other Latin writing."""

# Type and number of axes of each array; its file is the name with `.npy`.
_ARRAYS: Final[dict[str, tuple[type[np.generic], int]]] = {
    "buckets": (np.uint32, 1),
    "weights": (np.int8, 2),
    "frequencies": (np.int8, 1),
    "folding": (np.uint32, 2),
    "expansions": (np.uint32, 1),
    "letters": (np.uint8, 1),
    "names": (np.uint32, 1),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """All that scoring needs.

    `buckets` (n, ascending) are those that carry weight. `weights` (n x 6) are in steps of `steps` (6). `frequencies`
    (n) are inverse document frequencies in steps of `idf_step` above -128; `rare` is that of every other bucket. The
    probability of a class is the logistic function of its weighted sum times `slopes` plus `intercepts`, which hold
    the calibration: a row for texts in Arabic letters, one for Arabizi and one for other Latin writing. `reject` makes
    the overall score; without it the highest class stands for it.
    """

    bits: int
    buckets: NDArray[np.uint32]
    weights: NDArray[np.int8]
    frequencies: NDArray[np.int8]
    rare: int
    idf_step: float
    steps: tuple[float, ...]
    slopes: tuple[tuple[float, ...], ...]
    intercepts: tuple[tuple[float, ...], ...]
    folding: Folding
    reject: Reject | None = None
    version: str = ""

    def arrays(self) -> dict[str, NDArray[Any]]:
        return {
            "buckets": self.buckets,
            "weights": self.weights,
            "frequencies": self.frequencies,
            "folding": self.folding.changes,
            "expansions": self.folding.expansions,
            "letters": self.folding.letters,
            "names": self.folding.names,
        }

    def kept(self) -> NDArray[np.uint64]:
        """For each 64 buckets two numbers: a bit for each that has a row, and the row of the first of them."""
        marks = np.zeros(1 << self.bits, np.uint8)
        marks[self.buckets] = 1
        words = np.packbits(marks, bitorder="little").view("<u8")
        counts = marks.reshape(-1, 64).sum(axis=1, dtype=np.uint64)
        # Row 0 is that of every bucket without one of its own.
        first = np.cumsum(counts) - counts + 1
        return np.ascontiguousarray(np.column_stack([words, first]).astype(np.uint64)).ravel()

    def packed(self) -> NDArray[np.int64]:
        """The rows of eight bytes that `kernel.judge` reads: first that of a rare bucket without weights."""
        rows = np.zeros((self.buckets.size + 1, 8), np.int8)
        rows[0, _CLASSES] = self.rare
        rows[1:, :_CLASSES] = self.weights
        rows[1:, _CLASSES] = self.frequencies
        return rows.view("<i8").ravel()


def save(artifact: Artifact, folder: Path, *, name: str, about: Mapping[str, Any]) -> str:
    """Write the model into `folder`; `about` says where it came from. The version, made of `name` and the checksum."""
    folder.mkdir(parents=True, exist_ok=True)
    sums: dict[str, str] = {}
    for part, array in artifact.arrays().items():
        content = io.BytesIO()
        np.lib.format.write_array(content, np.ascontiguousarray(array), version=(1, 0), allow_pickle=False)
        (folder / f"{part}.npy").write_bytes(content.getvalue())
        sums[part] = hashlib.sha256(content.getvalue()).hexdigest()
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "classes": [label.value for label in LABELS],
        "features": {
            "bits": artifact.bits,
            "rare": artifact.rare,
            "idf_step": artifact.idf_step,
            "steps": list(artifact.steps),
        },
        "calibration": {
            "slopes": [list(row) for row in artifact.slopes],
            "intercepts": [list(row) for row in artifact.intercepts],
        },
        "sha256": sums,
    }
    if artifact.reject is not None:
        manifest["reject"] = asdict(artifact.reject)
    manifest["version"] = f"{name}-{_checksum(manifest)}"
    text = json.dumps(manifest | {"about": about}, ensure_ascii=False, indent=2, sort_keys=True)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
    return str(manifest["version"])


def load(folder: Path) -> Artifact:
    """The model in `folder`, every part checked; `ModelError` says which part is wrong and how."""
    manifest = _manifest(folder)
    arrays = {part: _array(folder, part, str(manifest["sha256"].get(part))) for part in _ARRAYS}
    try:
        artifact = Artifact(
            bits=int(manifest["features"]["bits"]),
            rare=int(manifest["features"]["rare"]),
            idf_step=float(manifest["features"]["idf_step"]),
            steps=tuple(map(float, manifest["features"]["steps"])),
            slopes=_rows(manifest["calibration"]["slopes"]),
            intercepts=_rows(manifest["calibration"]["intercepts"]),
            buckets=arrays["buckets"],
            weights=arrays["weights"],
            frequencies=arrays["frequencies"],
            folding=Folding(
                changes=arrays["folding"],
                expansions=arrays["expansions"],
                letters=arrays["letters"],
                names=arrays["names"],
            ),
            reject=_reject(manifest.get("reject")),
            version=str(manifest["version"]),
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise ModelError(file=MANIFEST, reason="fields") from error
    _verify(artifact)
    return artifact


def _reject(given: Any) -> Reject | None:
    if given is None:
        return None
    return Reject(slopes=tuple(map(float, given["slopes"])), intercept=float(given["intercept"]))


def _rows(numbers: Any) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(map(float, row)) for row in numbers)


def about(folder: Path) -> dict[str, Any]:
    """Where the model in `folder` came from: sets, licences, figures, seed, versions of the libraries."""
    story = _manifest(folder).get("about")
    return story if isinstance(story, dict) else {}


def _checksum(manifest: Mapping[str, Any]) -> str:
    """Eight hex digits over all that scoring depends on."""
    judged = {key: manifest[key] for key in ("format_version", "classes", "features", "calibration", "sha256")}
    # Models made before there was an overall score have none, and their checksums say nothing of it.
    judged |= {key: manifest[key] for key in ("reject",) if key in manifest}
    return hashlib.sha256(json.dumps(judged, sort_keys=True).encode()).hexdigest()[:8]


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_FILE + 1)
    except FileNotFoundError as error:
        raise ModelMissing(file=path.name, reason="missing") from error
    except OSError as error:
        raise ModelError(file=path.name, reason="unreadable") from error
    if len(content) > _LARGEST_FILE:
        raise ModelForeign(file=path.name, reason="size")
    return content


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads(_read(folder / MANIFEST))
    except (ValueError, RecursionError) as error:
        raise ModelForeign(file=MANIFEST, reason="json") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise ModelForeign(file=MANIFEST, reason="format")
    version = manifest.get("format_version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise ModelForeign(file=MANIFEST, reason="format_version")
    if version > FORMAT_VERSION:
        raise ModelTooNew(file=MANIFEST, reason="format_version", format=version, known=FORMAT_VERSION)
    if manifest.get("classes") != [label.value for label in LABELS]:
        raise ModelForeign(file=MANIFEST, reason="classes")
    if not isinstance(manifest.get("sha256"), dict):
        raise ModelForeign(file=MANIFEST, reason="sha256")
    try:
        checksum = _checksum(manifest)
    except KeyError as error:
        raise ModelForeign(file=MANIFEST, reason="fields") from error
    if not str(manifest.get("version")).endswith(f"-{checksum}"):
        raise ModelAltered(file=MANIFEST, reason="checksum")
    return manifest


def _array(folder: Path, part: str, checksum: str) -> NDArray[Any]:
    name = f"{part}.npy"
    content = _read(folder / name)
    if hashlib.sha256(content).hexdigest() != checksum:
        raise ModelAltered(file=name, reason="checksum")
    try:
        array = np.lib.format.read_array(io.BytesIO(content), allow_pickle=False)
    except (ValueError, EOFError, MemoryError, OverflowError, TypeError, SyntaxError) as error:
        raise ModelForeign(file=name, reason="npy") from error
    dtype, axes = _ARRAYS[part]
    if array.dtype != dtype:
        raise ModelForeign(file=name, reason="dtype", found=str(array.dtype)[:20])
    if array.ndim != axes:
        raise ModelForeign(file=name, reason="shape", found=array.ndim)
    return array


def _verify(artifact: Artifact) -> None:
    """Everything that the kernel would read out of bounds, and numbers that would make no probability."""
    for reason, holds in (
        ("bits", artifact.bits in _BITS),
        ("rare", -128 <= artifact.rare <= 127),
        ("numbers", _are_numbers(artifact)),
    ):
        if not holds:
            raise ModelError(file=MANIFEST, reason=reason)
    rows = artifact.buckets.size
    changes, letters = artifact.folding.changes, artifact.folding.letters
    for part, holds in (
        ("buckets", rows == 0 or (int(artifact.buckets[-1]) < 1 << artifact.bits and _is_ascending(artifact.buckets))),
        ("weights", artifact.weights.shape == (rows, _CLASSES)),
        ("frequencies", artifact.frequencies.shape == (rows,)),
        ("folding", changes.shape[1] == 2 and (changes.size == 0 or int(changes[:, 0].max()) < FOLDED_PLANES)),
        ("letters", letters.size * 8 == FOLDED_PLANES),
        ("names", _are_names(artifact.folding.names)),
    ):
        if not holds:
            raise ModelError(file=f"{part}.npy", reason="values")
    if not _stays_inside(artifact.folding):
        raise ModelError(file="expansions.npy", reason="values")


def _are_numbers(artifact: Artifact) -> bool:
    if not len(artifact.slopes) == len(artifact.intercepts) == SCRIPTS:
        return False
    overall = () if artifact.reject is None else (artifact.reject.slopes,)
    rows = (artifact.steps, *artifact.slopes, *artifact.intercepts, *overall)
    numbers = [artifact.idf_step, *(number for row in rows for number in row)]
    if artifact.reject is not None:
        numbers.append(artifact.reject.intercept)
    return (
        all(len(row) == _CLASSES for row in rows)
        and all(map(math.isfinite, numbers))
        and min(map(min, artifact.slopes)) > 0
        and min(map(min, overall), default=0) >= 0
    )


def _are_names(points: NDArray[np.uint32]) -> bool:
    """Few enough, and each followed by its zero."""
    return points.size <= _MOST_NAMES and (points.size == 0 or (points[-1] == 0 and int(points.max()) <= 0x10FFFF))


def _is_ascending(buckets: NDArray[np.uint32]) -> bool:
    return bool((buckets[1:] > buckets[:-1]).all())


def _stays_inside(folding: Folding) -> bool:
    results = folding.changes[:, 1].astype(np.int64)
    expanded = results[(results & EXPANDED) != 0] & (EXPANDED - 1)
    ends = (expanded >> 5) + (expanded & 31)
    return bool((ends <= folding.expansions.size).all() and (results[(results & EXPANDED) == 0] <= 0x10FFFF).all())
