"""Stored words (actors, languages, lists of reasons) as people read them. Plain text."""

from __future__ import annotations

from collections.abc import Iterable

from dashboard.i18n import catalog, t


def actor_name(actor: str, lang: str, *, called: str = "") -> str:
    """`policy:7` is "policy 7", `moderator:amal` is "amal (moderator)"; what is not known stays as stored.

    `called`: a person's name, where it is not to be the account's.
    """
    kind, _, name = actor.partition(":")
    if kind == "policy":
        return t("common.actor.policy", lang, number=int(name) if name.isdecimal() else name)
    if kind in ("key", "operator", "visitor"):
        return t(f"common.actor.{kind}", lang, name=name)
    if f"common.role.{kind}" in catalog(lang):
        return t("common.actor.person", lang, name=called or name, role=t(f"common.role.{kind}", lang))
    return actor


def language_name(code: str, lang: str) -> str:
    key = f"common.language.{code}"
    return t(key if key in catalog(lang) else "common.language.other", lang)


def listed(names: Iterable[str], lang: str) -> str:
    """A list within a sentence."""
    return t("common.list.separator", lang).join(names)
