"""Filters of a page's address that name nothing there: without them more would be found than was asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboard.i18n import t
from dashboard.ui.components.names import listed


def told(read: Mapping[str, object], lang: str, *, names: str) -> bool:
    """Whether the address names something that was not understood, which the page then says with a way on.

    `read`: by its name in the address, what each filter was understood as. `names`: what their words' keys begin with.
    """
    unknown = [key for key, value in read.items() if value is None and st.query_params.get(key)]
    if not unknown:
        return False
    said = listed((t(f"{names}.{key}", lang) for key in unknown), lang)
    st.warning(t("common.unknown", lang, names=said))
    st.button(t("common.unknown.forget", lang), key="unknown_forget", on_click=_forget, args=(unknown,))
    return True


def _forget(keys: Sequence[str]) -> None:
    for key in keys:
        st.query_params.pop(key, None)
