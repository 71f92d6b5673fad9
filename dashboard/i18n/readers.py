"""Readers as people read of them."""

from __future__ import annotations

from dashboard.i18n.catalog import t
from moderation.article import is_alias


def called(name: str, external_id: str, lang: str) -> str:
    """By their name, else by the site's id. Of somebody whose data are gone there is neither."""
    return name or (t("common.reader.gone", lang) if is_alias(external_id) else external_id)
