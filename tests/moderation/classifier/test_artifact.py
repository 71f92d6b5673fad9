"""A model on disk: what is saved comes back, and nothing else is taken for a model."""

from __future__ import annotations

import hashlib
import io
import json
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from moderation.classifier import artifact
from moderation.classifier.artifact import FORMAT_VERSION, MANIFEST
from moderation.classifier.errors import ModelAltered, ModelError, ModelForeign, ModelMissing, ModelTooNew

PARTS = ["buckets", "expansions", "folding", "frequencies", "letters", "names", "weights"]


@pytest.fixture
def model(model_folder: Path, tmp_path: Path) -> Path:
    """A copy to damage."""
    return Path(shutil.copytree(model_folder, tmp_path / "model"))


def alter(folder: Path, change: Callable[[dict[str, Any]], object], *, sign: bool = True) -> None:
    """Change the manifest; a careful forger also makes the checksum in its version fit."""
    manifest = json.loads((folder / MANIFEST).read_text())
    change(manifest)
    if sign:
        manifest["version"] = f"forged-{artifact._checksum(manifest)}"
    (folder / MANIFEST).write_text(json.dumps(manifest))


def replace(folder: Path, part: str, content: bytes) -> None:
    """Put other bytes in the place of an array, with a checksum that fits."""
    (folder / f"{part}.npy").write_bytes(content)
    alter(folder, lambda manifest: manifest["sha256"].update({part: hashlib.sha256(content).hexdigest()}))


def npy(array: np.ndarray[Any, Any]) -> bytes:
    content = io.BytesIO()
    np.save(content, array, allow_pickle=True)
    return content.getvalue()


def test_what_is_saved_comes_back(model: Path, tmp_path: Path) -> None:
    loaded = artifact.load(model)
    story = artifact.about(model)
    version = artifact.save(loaded, tmp_path / "copy", name="taliq-full-2026.11", about=story)
    again = artifact.load(tmp_path / "copy")
    assert version == again.version == loaded.version
    assert all(np.array_equal(array, again.arrays()[part]) for part, array in loaded.arrays().items())
    assert (again.slopes, again.intercepts, again.steps) == (loaded.slopes, loaded.intercepts, loaded.steps)
    for path in model.glob("*.npy"):
        assert path.read_bytes() == (tmp_path / "copy" / path.name).read_bytes()


def test_a_version_ends_in_eight_digits_of_the_checksum(model: Path) -> None:
    version = artifact.load(model).version
    alter(model, lambda manifest: manifest["calibration"]["slopes"].__setitem__(0, [9.0] * 6))
    assert artifact.load(model).version.rpartition("-")[2] != version.rpartition("-")[2]
    assert len(version.rpartition("-")[2]) == 8


def test_no_folder_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing) as refused:
        artifact.load(tmp_path / "nowhere")
    assert refused.value.code == "model_missing"
    assert refused.value.fields == {"file": MANIFEST, "reason": "missing"}


@pytest.mark.parametrize("part", PARTS)
def test_a_missing_part_is_named(model: Path, part: str) -> None:
    (model / f"{part}.npy").unlink()
    with pytest.raises(ModelMissing) as refused:
        artifact.load(model)
    assert refused.value.fields["file"] == f"{part}.npy"


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("damage", [lambda b: b[:-1], lambda b: b[:-1] + bytes([b[-1] ^ 1]), lambda b: b + b"x"])
def test_a_part_with_another_byte_is_altered(model: Path, part: str, damage: Callable[[bytes], bytes]) -> None:
    path = model / f"{part}.npy"
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ModelAltered) as refused:
        artifact.load(model)
    assert refused.value.code == "model_altered"
    assert refused.value.fields == {"file": f"{part}.npy", "reason": "checksum"}


@pytest.mark.parametrize(
    "change",
    [
        lambda manifest: manifest["calibration"]["intercepts"].__setitem__(0, [40.0] * 6),
        lambda manifest: manifest["features"].update(rare=3),
        lambda manifest: manifest["sha256"].update(weights="0" * 64),
        lambda manifest: manifest.update(version="taliq-full-2026.11-00000000"),
    ],
)
def test_an_altered_manifest_is_found_out(model: Path, change: Callable[[dict[str, Any]], object]) -> None:
    alter(model, change, sign=False)
    with pytest.raises(ModelAltered) as refused:
        artifact.load(model)
    assert refused.value.fields == {"file": MANIFEST, "reason": "checksum"}


@pytest.mark.parametrize(
    "content", [b"", b"[1]", b"{}", b"not json", b"\xff\xfe", b"[" * 100_000, b'{"format": "other"}', b"null"]
)
def test_another_file_is_foreign(model: Path, content: bytes) -> None:
    (model / MANIFEST).write_bytes(content)
    with pytest.raises(ModelForeign) as refused:
        artifact.load(model)
    assert refused.value.code == "model_foreign"


def test_a_file_beyond_all_measure_is_not_read(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(artifact, "_LARGEST_FILE", 1_000)
    with pytest.raises(ModelForeign) as refused:
        artifact.load(model)
    assert refused.value.fields["reason"] == "size"


def test_a_model_of_the_future_says_so(model: Path) -> None:
    alter(model, lambda manifest: manifest.update(format_version=FORMAT_VERSION + 1))
    with pytest.raises(ModelTooNew) as refused:
        artifact.load(model)
    assert refused.value.code == "model_too_new"
    assert (refused.value.fields["format"], refused.value.fields["known"]) == (FORMAT_VERSION + 1, FORMAT_VERSION)


@pytest.mark.parametrize("version", [None, "1", True, 0, 1.5])
def test_a_format_version_is_a_number(model: Path, version: object) -> None:
    alter(model, lambda manifest: manifest.update(format_version=version))
    with pytest.raises(ModelForeign):
        artifact.load(model)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda manifest: manifest.update(classes=["toxic"]), "classes"),
        (lambda manifest: manifest.update(sha256=[]), "sha256"),
        (lambda manifest: manifest["features"].update(bits=25), "bits"),
        (lambda manifest: manifest["features"].update(bits="many"), "fields"),
        (lambda manifest: manifest["features"].pop("steps"), "fields"),
        (lambda manifest: manifest["features"].update(rare=200), "rare"),
        (lambda manifest: manifest["features"].update(idf_step=float("nan")), "numbers"),
        (lambda manifest: manifest["calibration"].update(slopes=[[1.0] * 6]), "numbers"),
        (lambda manifest: manifest["calibration"].update(slopes=[[0.0] * 6] * 3), "numbers"),
        (lambda manifest: manifest["calibration"].update(intercepts=[[float("inf")] * 6] * 3), "numbers"),
        (lambda manifest: manifest["calibration"].update(slopes=[[1.0]] * 3), "numbers"),
        (lambda manifest: manifest["calibration"].update(intercepts=[1.0] * 6), "fields"),
        (lambda manifest: manifest["calibration"].update(intercepts=None), "fields"),
    ],
)
def test_numbers_that_make_no_model_are_refused(
    model: Path, change: Callable[[dict[str, Any]], object], reason: str
) -> None:
    alter(model, change)
    with pytest.raises(ModelError) as refused:
        artifact.load(model)
    assert refused.value.fields["reason"] == reason


@pytest.mark.parametrize(
    ("part", "array", "reason"),
    [
        ("weights", np.zeros((3, 6), np.float64), "dtype"),
        ("weights", np.zeros(18, np.int8), "shape"),
        ("weights", np.zeros((3, 6), np.int8), "values"),
        ("frequencies", np.zeros(3, np.int8), "values"),
        ("buckets", np.array([5, 4, 3], np.uint32), "values"),
        ("buckets", np.array([1 << 24], np.uint32), "values"),
        ("folding", np.array([[1 << 20, 5]], np.uint32), "values"),
        ("folding", np.array([[1, 2, 3]], np.uint32), "values"),
        ("folding", np.array([[65, 0x7FFFFFFF]], np.uint32), "values"),
        ("expansions", np.zeros(1, np.uint32), "values"),
        ("letters", np.zeros(7, np.uint8), "values"),
        ("names", np.array([97, 98], np.uint32), "values"),
        ("names", np.array([0xFFFFFFFF, 0], np.uint32), "values"),
        ("names", np.zeros((1 << 16) + 1, np.uint32), "values"),
    ],
)
def test_arrays_that_the_kernel_would_leave_are_refused(
    model: Path, part: str, array: np.ndarray[Any, Any], reason: str
) -> None:
    replace(model, part, npy(array))
    with pytest.raises(ModelError) as refused:
        artifact.load(model)
    assert refused.value.fields["reason"] == reason


class Trap:
    sprung = False

    def __reduce__(self) -> tuple[Any, ...]:
        return (setattr, (Trap, "sprung", True))


@pytest.mark.parametrize(
    "content",
    [
        npy(np.array([Trap()], dtype=object)),
        pickle.dumps(Trap()),
        b"",
        b"\x93NUMPY\x01\x00\xff\xff",
        b"\x93NUMPY\x01\x00\x46\x00{'descr': '|i1', 'fortran_order': False, 'shape': (10**15, 6), }" + b" " * 20,
    ],
)
def test_a_model_never_runs_code(model: Path, content: bytes) -> None:
    replace(model, "weights", content)
    with pytest.raises(ModelForeign) as refused:
        artifact.load(model)
    assert refused.value.fields == {"file": "weights.npy", "reason": "npy"}
    assert not Trap.sprung
