"""Backups as files: rows as Parquet in a tar, encrypted as age files (docs/decisions/0018)."""
