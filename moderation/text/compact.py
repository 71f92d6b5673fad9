"""Compact JSON, many small objects a second."""

from __future__ import annotations

import json
from collections.abc import Callable


def compact_encoder(*, sort_keys: bool = False) -> Callable[[object], str]:
    """Encode without spaces, non-ASCII as it is, NaN refused with ValueError.

    `json.JSONEncoder.encode` builds its C encoder anew for each call, which is half the time of a small object. Where
    the interpreter has that encoder it is built once here; elsewhere the ordinary one serves.
    """
    ordinary = json.JSONEncoder(ensure_ascii=False, sort_keys=sort_keys, separators=(",", ":"), allow_nan=False)
    make = getattr(json.encoder, "c_make_encoder", None)
    escape = getattr(json.encoder, "encode_basestring", None)
    if make is None or escape is None:
        return ordinary.encode
    try:
        # markers, default, encoder, indent, key and item separators, sort_keys, skipkeys, allow_nan
        once = make(None, ordinary.default, escape, None, ":", ",", sort_keys, False, False)
        once({"probe": [1, "\u0639", None]}, 0)
    except TypeError:
        return ordinary.encode
    return lambda value: "".join(once(value, 0))
