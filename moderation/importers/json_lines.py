"""JSON lines (one object a line, UTF-8) into records."""

from __future__ import annotations

import json
from collections.abc import Iterator

from moderation.importers.lines import LONGEST, Lines
from moderation.importers.records import SHOWN, Bad, Record, readable

_decode = json.JSONDecoder().decode


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
    except (ValueError, RecursionError):
        # A number of thousands of digits and ten thousand brackets in a row are refused here as well.
        return Bad(line=line, field="", reason="not_json", raw=readable(raw))
    if not isinstance(fields, dict):
        return Bad(line=line, field="", reason="not_an_object", raw=readable(raw))
    return Record(line=line, fields=fields)
