"""From texts to the matrix that is learned from: features counted by the kernel, weighed by rarity, of length 1."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from moderation.classifier import kernel
from moderation.classifier.features import Folding, ScratchPool, batches, current_folding, most_features

IDF_LOWEST: Final = -128
"""What the byte of a frequency of 0 steps holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Everything that training chooses.

    `least_rows`: rows that a bucket must occur in to carry weight. `floor`: what a feature is worth that tells nothing,
    beside the logarithm of its odds; `floor_of_few` of a class with fewer than `few` positive rows, where the odds of
    one feature are chance. `epochs`: rounds of descent at most.
    """

    bits: int = 22
    least_rows: int = 4
    strength: float = 3.0
    floor: float = 0.1
    floor_of_few: float = 1.0
    few: int = 5_000
    tolerance: float = 0.002
    epochs: int = 12
    folds: int = 4
    seed: int = 20261123


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """The feature matrix (rows x kept buckets; a row has length 1 before buckets are dropped) and how it was made.

    `scripts`: the calibration that each row falls under.
    """

    matrix: sparse.csr_array
    scripts: NDArray[np.uint8]
    buckets: NDArray[np.uint32]
    frequencies: NDArray[np.int8]
    rare: int
    idf_step: float
    folding: Folding


def design(texts: Sequence[str], recipe: Recipe) -> Design:
    folding = current_folding()
    counts, scripts = counted(texts, folding, recipe.bits)
    rows_with = np.bincount(counts.indices, minlength=1 << recipe.bits)
    idf = np.log((1 + len(texts)) / (1 + rows_with)) + 1
    # All buckets below the bound count as equally rare, so that the model need not list them.
    rare_idf = np.log((1 + len(texts)) / (1 + recipe.least_rows / 2)) + 1
    idf_step = float(np.float32(max(rare_idf, idf.max(where=rows_with >= recipe.least_rows, initial=1.0)) / 255))
    kept = rows_with >= recipe.least_rows
    steps = np.where(kept, np.rint(idf / idf_step), round(rare_idf / idf_step))
    buckets = np.flatnonzero(kept)
    return Design(
        matrix=weighed(counts, steps * idf_step, kept),
        scripts=scripts,
        buckets=buckets.astype(np.uint32),
        frequencies=(steps[buckets] + IDF_LOWEST).astype(np.int8),
        rare=round(rare_idf / idf_step) + IDF_LOWEST,
        idf_step=idf_step,
        folding=folding,
    )


def weighed(counts: sparse.csr_array, frequencies: NDArray[np.float64], kept: NDArray[np.bool_]) -> sparse.csr_array:
    """Counts times inverse document frequencies (one a bucket), each row of length 1; then the kept columns alone."""
    values = counts.data * frequencies.astype(np.float32)[counts.indices]
    lengths = np.sqrt(row_sums(values * values, counts.indptr))
    values /= np.repeat(np.where(lengths > 0, lengths, 1), np.diff(counts.indptr)).astype(np.float32)
    return _columns(sparse.csr_array((values, counts.indices, counts.indptr), shape=counts.shape), kept)


def counted(texts: Sequence[str], folding: Folding, bits: int) -> tuple[sparse.csr_array, NDArray[np.uint8]]:
    table, scratch = folding.table(), ScratchPool(bits).take()
    indices, values, ends = [], [], [np.zeros(1, np.int64)]
    scripts = np.zeros(len(texts), np.uint8)
    row = 0
    for batch in batches(texts):
        room = most_features(batch)
        columns, counts = np.empty(room, np.int32), np.empty(room, np.float32)
        rows = slice(row, row + batch.offsets.size - 1)
        batch_ends = kernel.count_matrix(
            batch.points, batch.offsets, table, bits, scratch, columns, counts, scripts[rows]
        )
        row = rows.stop
        indices.append(columns[: batch_ends[-1]].copy())
        values.append(counts[: batch_ends[-1]].copy())
        ends.append(batch_ends[1:] + ends[-1][-1])
    shape = (len(texts), 1 << bits)
    parts = (np.concatenate(values), np.concatenate(indices), np.concatenate(ends))
    return sparse.csr_array(parts, shape=shape), scripts


def row_sums(values: NDArray[np.float32], ends: NDArray[np.int64]) -> NDArray[np.float64]:
    sums = np.zeros(ends.size - 1)
    filled = np.diff(ends) > 0
    if values.size:
        sums[filled] = np.add.reduceat(values, ends[:-1][filled], dtype=np.float64)
    return sums


def _columns(matrix: sparse.csr_array, kept: NDArray[np.bool_]) -> sparse.csr_array:
    """The kept columns, numbered anew."""
    stays = kept[matrix.indices]
    numbers = (np.cumsum(kept) - 1).astype(np.int32)
    ends = np.concatenate([[0], np.cumsum(stays)])[matrix.indptr].astype(np.int32)
    return sparse.csr_array(
        (matrix.data[stays], numbers[matrix.indices[stays]], ends), shape=(matrix.shape[0], int(kept.sum()))
    )
