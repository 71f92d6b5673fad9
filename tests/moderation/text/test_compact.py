"""The quick encoder says what the ordinary one says."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.text.compact import compact_encoder

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES, st.booleans())
def test_it_agrees_with_the_standard_library(value: object, sort_keys: bool) -> None:
    encode = compact_encoder(sort_keys=sort_keys)
    assert encode(value) == json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=sort_keys)


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        compact_encoder()(float("nan"))
    with pytest.raises(TypeError):
        compact_encoder()(object())


def test_an_interpreter_without_the_c_encoder_serves_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json.encoder, "c_make_encoder", None)
    assert compact_encoder(sort_keys=True)({"b": 1, "a": "ع"}) == '{"a":"ع","b":1}'
