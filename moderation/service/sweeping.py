"""What a ban may take along: the comments that readers see or that wait."""

from __future__ import annotations

from moderation.comment import VISIBLE, Status

SWEPT = (Status.PENDING, *sorted(VISIBLE))
