"""Numbers within bounds that the desk itself looks after.

A field that Streamlit bounds keeps a number beyond them on the screen and sends the one before: what is done then is
not what stands there.
"""

from __future__ import annotations

import streamlit as st

from moderation.errors import Invalid


def number_of(key: str, *, field: str, low: int, high: int) -> int:
    """What stands in the number field of this key; Invalid names `field` and the bounds."""
    number = int(st.session_state[key])
    if not low <= number <= high:
        raise Invalid(field=field, reason="out_of_range", low=low, high=high)
    return number
