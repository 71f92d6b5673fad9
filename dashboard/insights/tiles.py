"""A period in numbers that are read without a chart; each says what it counts."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.i18n import duration, number, percent, t
from moderation.engagement import Overview

NONE = "–"
_UNITS = (86_400, 3_600, 60, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """`before` is the same number in the period that it is held against, already written; empty where there is none."""

    label: str
    value: str
    meaning: str
    before: str = ""


def tiles(overview: Overview, lang: str, *, before: Overview | None = None, words: str = "") -> tuple[Tile, ...]:
    """`words` names the period that they stand for, `before` is the other one."""
    values, others = _values(overview, lang), _values(before, lang) if before else {}
    return tuple(
        Tile(
            label=t(f"insights.tile.{name}", lang),
            value=value,
            meaning=t("insights.tile.meaning", lang, meaning=t(f"insights.tile.{name}.help", lang), period=words),
            before=t("insights.tile.before", lang, value=others[name]) if others else "",
        )
        for name, value in values.items()
    )


def _values(overview: Overview, lang: str) -> dict[str, str]:
    return {
        "comments": number(overview.comments, lang),
        "commenters": number(overview.commenters, lang),
        "rejected": _share(overview.rejected / overview.comments if overview.comments else None, lang),
        "waiting": number(overview.waiting, lang),
        "machine": _share(overview.machine_share, lang),
        "civil": _share(overview.civil, lang),
        "median": NONE if overview.median_seconds is None else duration(_coarse(overview.median_seconds), lang),
    }


def _share(share: float | None, lang: str) -> str:
    return NONE if share is None else percent(share, lang)


def _coarse(seconds: float) -> float:
    """Rounded to its largest unit: two units in large type would not fit on a tile."""
    unit = next((unit for unit in _UNITS if seconds >= unit), 1)
    return round(seconds / unit) * unit
