"""Admins: what a draft of the policy would make of the newest comments, beside the policy in force. Nothing changes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from moderation.article import Record
from moderation.decision import Outcome
from moderation.policy import Context, Policy, decide
from moderation.ports import UnitOfWork
from moderation.roles import Caller, Permission
from moderation.search import Found, SearchFilter
from moderation.service import authority
from moderation.service.desk import Desk
from moderation.service.settings import check_meant
from moderation.text.links import domains, outside
from moderation.text.normalise import folded
from moderation.text.words import hits_in

MOST, EXAMPLES = 2_000, 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Otherwise:
    """A comment that the draft would decide otherwise than the present policy."""

    found: Found
    present: Outcome
    draft: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """`present` and `draft` count the comments by outcome. `number`: the policy that was in force."""

    number: int
    comments: int
    present: Mapping[Outcome, int]
    draft: Mapping[Outcome, int]
    otherwise: int
    examples: tuple[Otherwise, ...]


def try_draft(desk: Desk, caller: Caller, draft: Policy, *, site: str) -> Trial:
    """Both policies decide on the newest comments as if these came now. Raises Invalid as publishing it would.

    The context is the same for both: the author's record and repeats as they were when the text was judged, and the
    reports that it has. Measures are left out, as they decide whatever the policy says.
    """
    check_meant(draft)
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.POLICY_MANAGE, now=desk.now())
        # The examples are readers' words.
        authority.require(uow, caller, Permission.COMMENTS_READ, now=desk.now())
        place = authority.site_for(uow, actor, site)
        present = uow.policies.active(place.id)
        rows = uow.search.page(place.id, SearchFilter(), before=None, limit=MOST)
        contexts = _contexts(uow, [row.comment.id for row in rows])
    tried = [_tried(row, contexts[row.comment.id], present, draft) for row in rows]
    differing = [one for one in tried if one.present is not one.draft]
    return Trial(
        number=present.number,
        comments=len(tried),
        present=Counter(one.present for one in tried),
        draft=Counter(one.draft for one in tried),
        otherwise=len(differing),
        examples=_examples(differing),
    )


def _contexts(uow: UnitOfWork, comment_ids: Sequence[int]) -> dict[int, Context]:
    if not comment_ids:
        return {}
    inputs, reports = uow.decisions.inputs(comment_ids), uow.comments.reports_of(comment_ids)
    return {one: _context(inputs.get(one, ()), reports.get(one, 0)) for one in comment_ids}


def _context(inputs: Sequence[str], reports: int) -> Context:
    """As the present text was judged; what was decided on reports alone says nothing of its author."""
    for one in map(json.loads, reversed(inputs)):
        if not one["human_approved"]:
            return Context(
                record=Record(*one["record"]),
                repeats=one["repeats"],
                reports=reports,
                human_rejected=one["human_rejected"],
            )
    return Context(reports=reports)


def _tried(found: Found, context: Context, present: Policy, draft: Policy) -> Otherwise:
    text, linked = folded(found.comment.body), domains(found.comment.body)

    def outcome(policy: Policy) -> Outcome:
        known = context._replace(links=len(outside(linked, policy.allowed_domains)))
        return decide(found.scores, known, hits_in(text, policy), policy).outcome

    return Otherwise(found=found, present=outcome(present), draft=outcome(draft))


def _examples(differing: Sequence[Otherwise]) -> tuple[Otherwise, ...]:
    """The newest of each way to differ before more of any, so that a rare way is seen beside a frequent one."""
    seen: Counter[tuple[Outcome, Outcome]] = Counter()
    places = []
    for one in differing:
        places.append(seen[one.present, one.draft])
        seen[one.present, one.draft] += 1
    ranked = sorted(zip(places, differing, strict=True), key=lambda pair: pair[0])
    return tuple(one for _, one in ranked[:EXAMPLES])
