"""Rows of measures, whatever they are against."""

from __future__ import annotations

from typing import Any

from moderation.decision import Reason
from moderation.measure import Measure, MeasureKind


def values_of(measure: Measure) -> dict[str, Any]:
    """Those of a new one that do not say against whom it is."""
    return {
        "id": measure.id,
        "site_id": measure.site_id,
        "everywhere": measure.everywhere,
        "kind": measure.kind.value,
        "reason": measure.reason.value,
        "note": measure.note,
        "set_by": measure.set_by,
        "starts_at": measure.starts_at,
        "until": measure.until,
    }


def measure_of(row: Any) -> Measure:
    return Measure(
        id=row.id,
        site_id=row.site_id,
        commenter_id=getattr(row, "commenter_id", None),
        domain=getattr(row, "domain", None),
        everywhere=row.everywhere,
        kind=MeasureKind(row.kind),
        reason=Reason(row.reason),
        note=row.note,
        set_by=row.set_by,
        starts_at=row.starts_at,
        until=row.until,
        lifted_at=row.lifted_at,
        lifted_by=row.lifted_by,
    )
