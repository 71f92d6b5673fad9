"""The newsroom's policy, and `decide()`: the one place where a machine's verdict comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from operator import ge
from typing import Any, NamedTuple

from moderation.article import Mode, Record
from moderation.decision import Cause, Decision, Outcome, Reason
from moderation.errors import Invalid
from moderation.measure import CLOSES, MeasureKind
from moderation.score import LABELS, Label, Scores

MAX_WORDS = 5_000
MAX_WORD = 100
MAX_MESSAGES, MAX_MESSAGE = 50, 1_000
_NEVER = 2.0

REASON_OF: dict[Label, Reason] = {
    Label.TOXIC: Reason.OFFENSIVE,
    Label.INSULT: Reason.ABUSIVE,
    Label.HATE: Reason.HATE_SPEECH,
    Label.THREAT: Reason.THREAT,
    Label.OBSCENE: Reason.OBSCENE,
    Label.SPAM: Reason.SPAM,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """Probabilities from which a label holds or rejects a comment; None means never."""

    hold_at: float | None = None
    reject_at: float | None = None

    def __post_init__(self) -> None:
        for value in (self.hold_at, self.reject_at):
            if value is not None and not 0 < value <= 1:
                raise Invalid(field="threshold", reason="out_of_range")
        if self.hold_at is not None and self.reject_at is not None and self.reject_at < self.hold_at:
            raise Invalid(field="threshold", reason="reject_below_hold")


def _default_thresholds() -> dict[Label, Threshold]:
    # Rejection by a machine alone cannot be certified on Arabic (1 % of error is out of reach): scores only hold.
    holds = {
        Label.TOXIC: 0.5,
        Label.INSULT: 0.6,
        Label.HATE: 0.4,
        Label.THREAT: 0.4,
        Label.OBSCENE: 0.5,
        Label.SPAM: 0.6,
    }
    return {label: Threshold(hold_at=holds[label]) for label in LABELS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Immutable; a change is a new `number` of the same site. Number 0 is the default that no one published."""

    site_id: int
    number: int
    mode: Mode = Mode.POST
    thresholds: Mapping[Label, Threshold] = field(default_factory=_default_thresholds)
    banned: tuple[str, ...] = ()
    suspect: tuple[str, ...] = ()
    allowed_domains: tuple[str, ...] = ()
    hold_links: bool = True
    repeat_limit: int = 2
    repeat_minutes: int = 60
    new_commenter_until: int = 0
    review_at_reports: int = 1
    hold_at_reports: int = 3
    # How long the site is not told of a person's decision, so that an undo comes in time.
    grace_seconds: int = 0
    # How long a commenter may appeal against a rejection (the EU's Digital Services Act asks for six months); 0: never.
    appeal_days: int = 183
    # What moderators may send to a commenter with a decision, as it is or changed.
    messages: tuple[str, ...] = ()
    # The thresholds in the order of LABELS, never = 2: every comment is compared with them, and enums hash slowly.
    # `limits` are the lower of the two: most comments are under all of them.
    hold_limits: tuple[float, ...] = field(init=False, repr=False, compare=False)
    reject_limits: tuple[float, ...] = field(init=False, repr=False, compare=False)
    limits: tuple[float, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        given = [self.thresholds.get(label, Threshold()) for label in LABELS]
        object.__setattr__(self, "hold_limits", tuple(_NEVER if t.hold_at is None else t.hold_at for t in given))
        object.__setattr__(self, "reject_limits", tuple(_NEVER if t.reject_at is None else t.reject_at for t in given))
        object.__setattr__(self, "limits", tuple(map(min, self.hold_limits, self.reject_limits)))
        for name in ("banned", "suspect", "allowed_domains"):
            _check_words(name, getattr(self, name))
        _check_messages(self.messages)
        for name, low, high in BOUNDS:
            if not low <= getattr(self, name) <= high:
                raise Invalid(field=name, reason="out_of_range", low=low, high=high)

    @property
    def actor(self) -> str:
        return f"policy:{self.number}"


# An hour.
MAX_GRACE = 3_600
BOUNDS = (
    ("repeat_limit", 1, 100),
    ("repeat_minutes", 1, 10_080),
    ("new_commenter_until", 0, 100),
    ("review_at_reports", 1, 100),
    ("hold_at_reports", 1, 1_000),
    ("grace_seconds", 0, MAX_GRACE),
    ("appeal_days", 0, 730),
)


def _check_words(name: str, words: tuple[str, ...]) -> None:
    if len(words) > MAX_WORDS:
        raise Invalid(field=name, reason="too_many", high=MAX_WORDS)
    for word in words:
        if not word.strip() or len(word) > MAX_WORD:
            raise Invalid(field=name, reason="bad_word", high=MAX_WORD, word=word)


def _check_messages(messages: tuple[str, ...]) -> None:
    if len(messages) > MAX_MESSAGES:
        raise Invalid(field="messages", reason="too_many", high=MAX_MESSAGES)
    if any(not message.strip() or len(message) > MAX_MESSAGE for message in messages):
        raise Invalid(field="messages", reason="too_long", high=MAX_MESSAGE)


class Context(NamedTuple):
    """What is known around a comment when it is judged; kept with the decision, so numbers and no reader's text.

    `repeats`: this commenter's equal texts within the window. `links`: domains that are not allowed. `human_approved`:
    a person approved this very text; `human_rejected`: a person rejected the text that its author now changed.
    `measure`: what was in force against the commenter when they wrote, and `measure_reason` why.
    """

    record: Record = Record()
    repeats: int = 0
    links: int = 0
    reports: int = 0
    human_approved: bool = False
    human_rejected: bool = False
    measure: MeasureKind | None = None
    measure_reason: Reason | None = None


class Hits(NamedTuple):
    """Entries of the word lists found in the text; the newsroom's words, never the reader's."""

    banned: tuple[str, ...] = ()
    suspect: tuple[str, ...] = ()


def decide(scores: Scores, context: Context, hits: Hits, policy: Policy) -> Decision:
    """The order of these lines is the policy; rejection wins over holding, and every cause to hold is named."""
    if context.measure in CLOSES:
        cause = Cause.BANNED if context.measure is MeasureKind.BAN else Cause.SUSPENDED
        return _decided(policy, Outcome.REJECT, {cause: True}, (context.measure_reason or Reason.OTHER,))
    if hits.banned:
        return _decided(policy, Outcome.REJECT, {Cause.BANNED_WORD: list(hits.banned)}, (Reason.BANNED_WORD,))
    reaches_one = any(map(ge, scores.values(), policy.limits))
    over = _labels_over(scores, policy.reject_limits) if reaches_one else []
    if over and not context.human_approved:
        return _decided(policy, Outcome.REJECT, {Cause.SCORE: [str(label) for label in over]}, _reasons(over))
    over = _labels_over(scores, policy.hold_limits) if reaches_one else []
    causes, reasons = _causes_to_hold(over, context, hits, policy)
    if causes:
        return _decided(policy, Outcome.HOLD, causes, reasons, review=True)
    if context.reports >= policy.review_at_reports:
        return _decided(policy, Outcome.APPROVE, {Cause.REPORTED: context.reports}, (), review=True)
    return _civil(policy.actor)


def _causes_to_hold(
    over: list[Label], context: Context, hits: Hits, policy: Policy
) -> tuple[dict[Cause, object], tuple[Reason, ...]]:
    causes: dict[Cause, object] = {}
    if context.reports >= policy.hold_at_reports:
        causes[Cause.REPORTED] = context.reports
    if context.human_approved:
        # A person has read this text; only readers' reports can bring it back to the desk.
        return causes, ()
    reasons = _reasons(over)
    if over:
        causes[Cause.SCORE] = [str(label) for label in over]
    if hits.suspect:
        causes[Cause.SUSPECT_WORD] = list(hits.suspect)
    if context.human_rejected:
        causes[Cause.EDITED] = True
    if policy.hold_links and context.links:
        causes[Cause.LINK] = context.links
    if context.repeats >= policy.repeat_limit:
        causes[Cause.REPEAT] = context.repeats
        reasons = (*reasons, Reason.SPAM) if Reason.SPAM not in reasons else reasons
    if context.record.visible < policy.new_commenter_until:
        causes[Cause.NEW_COMMENTER] = context.record.visible
    if context.measure is MeasureKind.HOLD:
        causes[Cause.WATCHED] = True
    if policy.mode is Mode.PRE:
        causes[Cause.PRE_MODERATION] = True
    return causes, reasons


def _labels_over(scores: Scores, limits: tuple[float, ...]) -> list[Label]:
    """Those at or over their limit, highest first."""
    values = scores.values()
    over = [at for at, value in enumerate(values) if value >= limits[at]]
    return [LABELS[at] for at in sorted(over, key=values.__getitem__, reverse=True)]


def _reasons(labels: list[Label]) -> tuple[Reason, ...]:
    return tuple(dict.fromkeys(REASON_OF[label] for label in labels)) if labels else ()


def _decided(
    policy: Policy,
    outcome: Outcome,
    causes: Mapping[Cause, object],
    reasons: tuple[Reason, ...],
    *,
    review: bool = False,
) -> Decision:
    return Decision(
        outcome=outcome,
        causes=tuple(causes),
        reasons=reasons,
        actor=policy.actor,
        detail={str(cause): what for cause, what in causes.items()},
        review=review,
    )


@lru_cache(maxsize=256)
def _civil(actor: str) -> Decision:
    """Most comments' decision, made once for each policy."""
    return Decision(outcome=Outcome.APPROVE, causes=(Cause.CIVIL,), reasons=(), actor=actor)


def to_json(policy: Policy) -> dict[str, Any]:
    """The policy's content as stored; without site and number, which are columns."""
    content = asdict(policy)
    for name in ("site_id", "number", "hold_limits", "reject_limits", "limits"):
        del content[name]
    content["mode"] = str(policy.mode)
    content["thresholds"] = {str(label): asdict(threshold) for label, threshold in policy.thresholds.items()}
    return content


def from_json(content: Mapping[str, Any], *, site_id: int, number: int) -> Policy:
    """Absent keys take their default, so that a policy stored by an older version still reads."""
    given = dict(content)
    thresholds = _default_thresholds()
    for label, bounds in given.pop("thresholds", {}).items():
        thresholds[Label(label)] = Threshold(**bounds)
    for name in ("banned", "suspect", "allowed_domains", "messages"):
        if name in given:
            given[name] = tuple(given[name])
    if "mode" in given:
        given["mode"] = Mode(given["mode"])
    return Policy(site_id=site_id, number=number, thresholds=thresholds, **given)
