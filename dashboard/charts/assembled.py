"""Layers put together as one Vega-Lite specification."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from dashboard.charts.style import locale_of

_SCHEMA = f"https://vega.github.io/schema/vega-lite/{alt.SCHEMA_VERSION}.json"


@dataclass(frozen=True, slots=True)
class Drawn:
    """Speaks like an Altair chart as far as a page and the tests ask it to."""

    spec: dict[str, Any]

    def to_dict(self, validate: bool = True) -> dict[str, Any]:
        """`validate` holds it, but for its data, against Vega-Lite's schema, and raises where it does not fit."""
        if validate:
            from altair.utils.schemapi import validate_jsonschema
            from altair.vegalite.v6.schema.core import Root

            validate_jsonschema({**self.spec, "datasets": {}}, Root._schema, rootschema=Root._schema)
        return dict(self.spec)


def assembled(layers: Sequence[Any], lang: str, *, height: float | dict[str, int]) -> Drawn:
    """The layers, the first at the bottom, at so many pixels or a step for each row.

    Altair's own layering copies each of them four times, down to the last unset property of an axis, which takes
    longer than all the rest of a page; here each is written once.
    """
    parts, datasets, params = [], {}, []
    for number, layer in enumerate(layers):
        part = layer.to_dict(validate=False)
        datasets |= {name: list(rows) for name, rows in part.pop("datasets", {}).items()}
        part.pop("$schema", None)
        part.pop("config", None)
        found = part.pop("params", None)
        if found and len(layers) > 1:
            # A layered chart's selections stand at its top and name the layer that they are made in.
            part["name"] = f"layer_{number}"
            found = [{**param, "views": [part["name"]]} for param in found]
        params += found or []
        parts.append(part)
    top: dict[str, Any] = parts[0] if len(parts) == 1 else {"layer": parts}
    more = {"params": params} if params else {}
    settings = {"locale": locale_of(lang)}
    return Drawn({"$schema": _SCHEMA, **top, **more, "height": height, "datasets": datasets, "config": settings})
