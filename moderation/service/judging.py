"""What a text is like, before anyone looks at who wrote it where: folded form, language, scores. Pure computation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from hashlib import blake2b
from itertools import repeat
from typing import TYPE_CHECKING, NamedTuple, TypedDict

from moderation.audit import commitment, quoted
from moderation.decision import Reason
from moderation.measure import Measure, MeasureKind, gravest
from moderation.policy import Context, Hits, Policy
from moderation.score import Scorer, Scores
from moderation.text.asking import asks
from moderation.text.compact import compact_encoder
from moderation.text.language import detect
from moderation.text.links import domains
from moderation.text.normalise import folded

if TYPE_CHECKING:
    from moderation.service.desk import Desk

_encode = compact_encoder()
_BOOLEAN = {True: "true", False: "false"}


class Reading(NamedTuple):
    """`fold` is 63 bits of a hash of the folded text: equal for texts that differ only in spelling tricks.

    `domains` are those that it links to. `shadow`: the scores of the model in the shadow, if there is one.
    `commitment` binds the log to the text, with this `salt`. `judgement` is what `inputs_json` takes.
    """

    folded: str
    fold: int
    language: str
    domains: tuple[str, ...]
    scores: Scores
    judgement: str
    salt: bytes
    commitment: str
    shadow: Scores | None = None
    # Bits (moderation/text/asking.py).
    asks: int = 0


def read_by(desk: Desk, texts: Sequence[str]) -> list[Reading]:
    """By the desk's models."""
    return read(texts, desk.scorer, desk.shadow(), salts=desk.salts)


def read(
    texts: Sequence[str], scorer: Scorer, shadow: Scorer | None = None, *, salts: Callable[[int], Sequence[bytes]]
) -> list[Reading]:
    """Microseconds a text, so it happens before the transaction and not in a job."""
    readings = []
    beside = shadow.score(texts) if shadow else repeat(None)
    for text, scores, other, salt in zip(texts, scorer.score(texts), beside, salts(len(texts)), strict=False):
        plain = folded(text)
        readings.append(
            Reading(
                folded=plain,
                fold=_hashed(plain),
                language=detect(text),
                domains=domains(text),
                scores=scores,
                judgement=judgement_json(scores),
                salt=salt,
                commitment=commitment(salt, text),
                shadow=other,
                asks=asks(text, plain),
            )
        )
    return readings


class StandingOf(TypedDict):
    """What of a commenter's measures goes into the context of a comment."""

    measure: MeasureKind | None
    measure_reason: Reason | None


def standing_of(measures: Iterable[Measure], at: datetime) -> StandingOf:
    found = gravest(measures, at)
    return {"measure": found.kind if found else None, "measure_reason": found.reason if found else None}


def fold_of(text: str) -> int:
    return _hashed(folded(text))


def _hashed(plain: str) -> int:
    digest = blake2b(plain.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def judgement_json(scores: Scores) -> str:
    """The part of `inputs_json` that depends on the text alone: it takes longest, so it is made beforehand."""
    toxic, insult, hate, threat, obscene, spam = scores.values()
    return (
        f'"model":{quoted(scores.model)},"scores":{{"toxic":{toxic!r},"insult":{insult!r},'
        f'"hate":{hate!r},"threat":{threat!r},"obscene":{obscene!r},"spam":{spam!r}}}'
    )


def inputs_json(judgement: str, context: Context, hits: Hits, policy: Policy) -> str:
    """All that `decide()` saw, so that the same call can be made again years later.

    Written by hand: it is stored with every comment, and a general encoder takes three times as long.
    """
    record = context.record
    return (
        f'{{"policy":{policy.number},{judgement},'
        f'"record":[{record.visible},{record.rejected},{record.pending},{record.reported}],'
        f'"repeats":{context.repeats},"links":{context.links},"reports":{context.reports},'
        f'"human_approved":{_BOOLEAN[context.human_approved]},"human_rejected":{_BOOLEAN[context.human_rejected]},'
        f'"banned":{_encode(hits.banned) if hits.banned else "[]"},'
        f'"suspect":{_encode(hits.suspect) if hits.suspect else "[]"}{_measure(context)}}}'
    )


def _measure(context: Context) -> str:
    """Few comments have one, so the others' inputs stay as short as they were."""
    if context.measure is None:
        return ""
    return f',"measure":"{context.measure}","measure_reason":"{context.measure_reason or ""}"'
