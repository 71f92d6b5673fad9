"""Machine code on disk: read where it may only be read, and made anew where it is damaged."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numba
import pytest

from moderation.classifier.compiled import compiled


def doubled(number: int) -> int:
    return number * 2


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path / "code"))
    # Nor is there a place in the home of the account.
    monkeypatch.setenv("XDG_CACHE_HOME", "/proc/nowhere")
    return tmp_path / "code"


def used() -> tuple[int, int]:
    """How often it was found, and how often not, by a process that begins."""
    made: Any = compiled(doubled)
    assert made(21) == 42
    return sum(made.stats.cache_hits.values()), sum(made.stats.cache_misses.values())


def _forbidden(**_: object) -> None:
    raise PermissionError


def test_what_was_installed_is_read_by_an_account_that_may_not_write_it(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert used() == (0, 1)
    # As Numba asks whether it may write.
    monkeypatch.setattr(tempfile, "TemporaryFile", _forbidden)
    monkeypatch.setattr("numba.core.caching.InTreeCacheLocator.from_function", lambda *_: None)
    assert used() == (1, 0)


def test_without_any_place_it_is_compiled(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "TemporaryFile", _forbidden)
    monkeypatch.setattr("numba.core.caching.UserProvidedCacheLocator.from_function", lambda *_: None)
    monkeypatch.setattr("numba.core.caching.InTreeCacheLocator.from_function", lambda *_: None)
    assert used() == (0, 1)


@pytest.mark.parametrize("ending", ["nbi", "nbc"])
def test_a_file_that_was_cut_short_is_made_anew(place: Path, ending: str) -> None:
    used()
    for file in place.rglob(f"*.{ending}"):
        file.write_bytes(file.read_bytes()[:9])
    assert used() == (0, 1)
    assert used() == (1, 0)


def test_on_a_full_disk_it_works_all_the_same(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("numba.core.caching.IndexDataCacheFile.save", full)
    assert used() == (0, 1)
