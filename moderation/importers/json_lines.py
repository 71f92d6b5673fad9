"""JSON lines (one object a line, UTF-8) into records."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

from moderation.comment import MAX_ID
from moderation.importers.lines import LONGEST, Lines
from moderation.importers.records import SHOWN, Bad, Record, readable
from moderation.parsing import doubled


class _Doubled(ValueError):
    """An object named a field twice."""


def records(lines: Lines) -> Iterator[Record | Bad]:
    while raw := lines.read():
        number = lines.number
        if len(raw) >= LONGEST and not raw.endswith(b"\n"):
            lines.skip_line()
            yield Bad(line=number, field="", reason="too_long", raw=readable(raw, limit=SHOWN))
        elif not raw.isspace():
            yield _record(raw, number)


def _record(raw: bytes, line: int) -> Record | Bad:
    try:
        fields = _decode(raw.decode())
    except UnicodeDecodeError:
        return Bad(line=line, field="", reason="not_utf8", raw=readable(raw))
    except _Doubled as error:
        return Bad(line=line, field=str(error)[:MAX_ID], reason="duplicate_key", raw=readable(raw))
    except (ValueError, RecursionError):
        # A number of thousands of digits and ten thousand brackets in a row are refused here as well.
        return Bad(line=line, field="", reason="not_json", raw=readable(raw))
    if not isinstance(fields, dict):
        return Bad(line=line, field="", reason="not_an_object", raw=readable(raw))
    return Record(line=line, fields=fields)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    name = doubled(pairs)
    if name is not None:
        raise _Doubled(name)
    return dict(pairs)


def _number(digits: str) -> float:
    """One that is too great would be put aside as `Infinity`, which no other program reads."""
    number = float(digits)
    if math.isinf(number):
        raise ValueError(digits)
    return number


def _not_json(constant: str) -> float:
    raise ValueError(constant)


_decode = json.JSONDecoder(object_pairs_hook=_object, parse_float=_number, parse_constant=_not_json).decode
