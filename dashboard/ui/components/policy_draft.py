"""A policy in the making: what its widgets hold, from where and to where.

A draft is kept for its author in the process, beside the browser's session, so that changing the page, the language or
the connection does not lose an afternoon's word list. A restart of the server does.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace

import streamlit as st

from moderation.article import Mode, Site
from moderation.errors import Invalid
from moderation.policy import BOUNDS as LIMITS
from moderation.policy import Policy, Threshold
from moderation.roles import Staff
from moderation.score import LABELS, Label

NUMBERS = tuple(name for name, _, _ in LIMITS)
WORDS = ("banned", "suspect", "allowed_domains")
LISTS = (*WORDS, "messages")
BOUNDS = ("hold", "reject")
# What the field of a threshold shows until someone switches it on.
_USUAL = {"hold": 60.0, "reject": 95.0}
_MOST_DRAFTS = 64
# Beside the widgets: the policy that they were filled on in this tab.
_BEGAN = "began"

Values = dict[str, object]


def values_of(policy: Policy) -> Values:
    """What the widgets show for a policy; probabilities in percent, lists a line each."""
    values: Values = {"mode": policy.mode, "hold_links": policy.hold_links, "note": ""}
    values |= {name: getattr(policy, name) for name in NUMBERS}
    values |= {name: "\n".join(getattr(policy, name)) for name in LISTS}
    for label in LABELS:
        threshold = policy.thresholds.get(label, Threshold())
        for bound, at in zip(BOUNDS, (threshold.hold_at, threshold.reject_at), strict=True):
            values[f"{label}_{bound}s"] = at is not None
            values[f"{label}_{bound}_at"] = _USUAL[bound] if at is None else round(100 * at, 2)
    return values


def policy_of(values: Mapping[str, object], base: Policy) -> Policy:
    """The policy that the widgets describe. Raises Invalid with the field."""
    return replace(
        base,
        mode=Mode(str(values["mode"])),
        hold_links=bool(values["hold_links"]),
        thresholds={label: _threshold(values, label) for label in LABELS},
        **{name: int(str(values[name])) for name in NUMBERS},
        **{name: lines(str(values[name])) for name in LISTS},
    )


def _threshold(values: Mapping[str, object], label: Label) -> Threshold:
    try:
        return Threshold(hold_at=_bound(values, f"{label}_hold"), reject_at=_bound(values, f"{label}_reject"))
    except Invalid as error:
        percent = {"low": 0.01, "high": 100} if error.reason == "out_of_range" else {}
        raise Invalid(field=error.field, reason=error.reason, label=label, **percent) from error


def _bounds(values: Mapping[str, object]) -> list[float | None]:
    return [_bound(values, f"{label}_{bound}") for label in LABELS for bound in BOUNDS]


def _bound(values: Mapping[str, object], name: str) -> float | None:
    return round(float(str(values[f"{name}_at"])) / 100, 4) if values[f"{name}s"] else None


def lines(text: str) -> tuple[str, ...]:
    """One entry a line, each once, in the order written; empty lines are nothing."""
    return tuple(dict.fromkeys(entry for line in text.splitlines() if (entry := " ".join(line.split()))))


def changes(values: Mapping[str, object], policy: Policy) -> list[str]:
    """Names of the fields that differ from the policy; `thresholds` stands for all of them. The note is no change."""
    shown = values_of(policy)
    names = [name for name in ("mode", "hold_links", *NUMBERS) if values[name] != shown[name]]
    if any(
        _bound(values, f"{label}_{bound}") != _bound(shown, f"{label}_{bound}") for label in LABELS for bound in BOUNDS
    ):
        names.append("thresholds")
    return names + [name for name in LISTS if lines(str(values[name])) != getattr(policy, name)]


@dataclass(slots=True, kw_only=True)
class Draft:
    """`base` is the policy that it was begun on: publishing says that its number was seen."""

    site: Site
    base: Policy
    values: Values

    @property
    def changed(self) -> list[str]:
        return changes(self.values, self.base)

    def key(self, field: str) -> str:
        """The widget's."""
        return f"policy_{self.site.id}_{field}"

    def begin(self, field: str) -> str:
        """The key for a widget about to be drawn, which shows what the draft holds."""
        key = self.key(field)
        if key not in st.session_state:
            st.session_state[key] = self.values[field]
            st.session_state[self.key(_BEGAN)] = self.base
        return key

    def pull(self) -> None:
        """Take over what this browser has sent; a widget that is not on the page has sent nothing."""
        self._meet_other_tabs()
        for field in self.values:
            if (key := self.key(field)) in st.session_state:
                self.values[field] = st.session_state[key]

    def _meet_other_tabs(self) -> None:
        """The author has published or begun anew in another tab since this one was filled.

        What was changed here is then a draft on what this tab began on, and overtaken; where nothing was, it follows.
        """
        began = st.session_state.get(self.key(_BEGAN))
        if began is None or began.number == self.base.number:
            return
        keys = {field: self.key(field) for field in self.values if self.key(field) in st.session_state}
        if changes(values_of(began) | {field: st.session_state[key] for field, key in keys.items()}, began):
            self.base, self.values = began, values_of(began)
            return
        for key in keys.values():
            del st.session_state[key]

    def restart(self, base: Policy, content: Policy | None = None) -> None:
        """On another policy and with its values, or those of `content`; before the widgets are drawn."""
        self.base, self.values = base, values_of(content or base)
        for field in self.values:
            st.session_state.pop(self.key(field), None)


class _Drafts:
    """The most recently used drafts of the process, by author and site."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._drafts: OrderedDict[tuple[int, int], Draft] = OrderedDict()

    def clear(self) -> None:
        with self._lock:
            self._drafts.clear()

    def of(self, person: Staff, site: Site, current: Policy) -> Draft:
        with self._lock:
            draft = self._drafts.pop((person.id, site.id), None)
            draft = draft or Draft(site=site, base=current, values=values_of(current))
            self._drafts[person.id, site.id] = draft
            while len(self._drafts) > _MOST_DRAFTS:
                self._drafts.popitem(last=False)
            return draft


_drafts = _Drafts()


def forget_all() -> None:
    _drafts.clear()


def open_draft(person: Staff, site: Site, current: Policy) -> Draft:
    """The person's draft for the site. Where nothing was changed, it follows what colleagues publish."""
    draft = _drafts.of(person, site, current)
    draft.pull()
    if draft.base.number != current.number and not draft.changed:
        draft.restart(current)
    return draft
