"""Where a model's numbers lie in memory."""

from __future__ import annotations

import numpy as np
import pytest

from moderation.classifier.memory import side_by_side


@pytest.mark.parametrize("sizes", [(1, 1), (3, 70), (1 << 17, 501_317)])
def test_copies_hold_the_same_numbers_beside_each_other_on_a_large_page(sizes: tuple[int, int]) -> None:
    given = np.arange(sizes[0], dtype=np.uint64), np.arange(sizes[1], dtype=np.int64) - 7
    first, second = side_by_side(*given)
    for copy, array in zip((first, second), given, strict=True):
        assert copy.dtype == array.dtype
        assert np.array_equal(copy, array)
    assert first.ctypes.data % (2 << 20) == 0
    assert 0 <= second.ctypes.data - first.ctypes.data - first.nbytes < 64
