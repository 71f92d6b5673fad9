"""Counts made beforehand, behind a watermark in the site's log (docs/decisions/0021)."""

from db.stores.rollups.store import RollupStore

__all__ = ["RollupStore"]
