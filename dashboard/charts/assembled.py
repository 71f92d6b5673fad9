"""Layers put together as one Vega-Lite specification."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from dashboard.charts.style import locale_of
from dashboard.i18n import t

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


# What is read out to whoever cannot see the chart; the other marks are of the same rows, or only lead the eye.
_SPOKEN = {"bar": "bar", "point": "point", "circle": "point", "rule": "line"}
_ONLY_POINTED_AT = frozenset({"meaning", "of"})
"""The same in each mark: the chart's own name says it once."""


def _spoken(part: dict[str, Any], lang: str) -> dict[str, Any]:
    """With its tips as what a mark is called. Vega would read out its fields, under their names and in English."""
    mark = part["mark"] if isinstance(part["mark"], dict) else {"type": part["mark"]}
    tips = part.get("encoding", {}).get("tooltip")
    if mark["type"] not in _SPOKEN or not tips:
        return part | {"mark": mark | {"aria": False}}
    told = [tip for tip in tips if tip["field"] not in _ONLY_POINTED_AT]
    between = json.dumps(t("insights.mark.and", lang))
    said = f" + {between} + ".join(
        f"{json.dumps(tip['title'] + ': ')} + datum[{json.dumps(tip['field'])}]" for tip in told
    )
    return part | {
        "mark": mark | {"ariaRoleDescription": t(f"insights.mark.{_SPOKEN[mark['type']]}", lang)},
        "transform": [*part.get("transform", ()), {"calculate": said, "as": "said"}],
        "encoding": part["encoding"] | {"description": {"field": "said", "type": "nominal"}},
    }


def assembled(layers: Sequence[Any], lang: str, *, height: float | dict[str, int]) -> Drawn:
    """The layers, the first at the bottom, at so many pixels or a step for each row.

    Altair's own layering copies each of them four times, down to the last unset property of an axis, which takes
    longer than all the rest of a page; here each is written once.
    """
    parts, datasets, params = [], {}, []
    for number, layer in enumerate(layers):
        part = _spoken(layer.to_dict(validate=False), lang)
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
    # An axis would be read out in English, and each mark tells its own place.
    settings = {"locale": locale_of(lang), "axis": {"aria": False}}
    return Drawn({"$schema": _SCHEMA, **top, **more, "height": height, "datasets": datasets, "config": settings})
