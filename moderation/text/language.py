"""Which language a comment is in (first version, to be replaced by the classifier's author)."""

from __future__ import annotations

import re

_ARABIC = re.compile("[\u0600-\u06ff\ufb50-\ufdff\ufe70-\ufeff]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_ARABIZI = re.compile(r"\b(?=\w*[a-z])(?=\w*[235679])[a-z235679']{2,}\b", re.IGNORECASE)
_FRENCH = re.compile(r"\b(?:le|la|les|des|est|une?|pas|que|qui|vous|je|et|pour|dans|avec|ce|c'est|très)\b", re.IGNORECASE)


def detect(text: str) -> str:
    head = text[:2000]
    arabic, latin = len(_ARABIC.findall(head)), len(_LATIN.findall(head))
    if arabic >= latin and arabic:
        return "ar"
    if not latin:
        return "other"
    if _ARABIZI.search(head):
        return "arabizi"
    return "fr" if len(_FRENCH.findall(head)) >= 2 else "en"
