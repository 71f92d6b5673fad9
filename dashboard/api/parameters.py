"""The parameters after an address's question mark."""

from __future__ import annotations

from starlette.requests import Request

from moderation.errors import Invalid


def check_known(request: Request, *names: str) -> None:
    """Each once at most: of a misspelt one, or of two values, nobody could know what was meant."""
    seen = set()
    for name, _ in request.query_params.multi_items():
        if name not in names:
            raise Invalid(field=name[:100], reason="unknown_field")
        if name in seen:
            raise Invalid(field=name, reason="duplicate_key")
        seen.add(name)
