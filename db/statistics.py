"""What PostgreSQL's planner knows of how many rows there are, and of how many kinds."""

from __future__ import annotations

from sqlalchemy import Engine

from db import schema

_TAKEN_IN = (
    schema.articles,
    schema.audit_events,
    schema.commenter_records,
    schema.commenters,
    schema.comments,
    schema.decisions,
    schema.queue,
    schema.scores,
    schema.search_texts,
)


def gather(engine: Engine) -> None:
    """Of the tables that intake writes. PostgreSQL does so by itself a minute after much has changed; SQLite need not.

    Until then an import into an empty database goes through all commenters of the site for each batch.
    """
    if engine.dialect.name != "postgresql":
        return
    with engine.begin() as connection:
        connection.exec_driver_sql(f"ANALYZE {', '.join(table.name for table in _TAKEN_IN)}")
