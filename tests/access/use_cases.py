"""Every use case, with arguments by which whoever may gets beyond the question of permission."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from moderation.article import IncomingArticle
from moderation.decision import Outcome, Reason
from moderation.engagement import Grain, Period
from moderation.errors import NotFound
from moderation.measure import MeasureKind
from moderation.policy import Policy
from moderation.ports import EventFilter
from moderation.retention import Kind
from moderation.roles import Permission, Role
from moderation.rules_of_entry import EntryRules
from moderation.search import Chosen, SearchFilter
from moderation.service import (
    accounts,
    alike,
    amendments,
    appeals,
    around,
    attempts,
    audit,
    backups,
    batches,
    broad,
    clock,
    colleagues,
    commenters,
    decided,
    demo,
    denials,
    entry,
    erasing,
    evaluating,
    explaining,
    feed,
    heads,
    insights,
    intake,
    invitations,
    judging,
    keys,
    lately,
    model_report,
    models,
    opinions,
    personal,
    picks,
    pins,
    placing,
    provider,
    proving,
    reauthentication,
    receipts,
    records,
    reports,
    rescoring,
    retention,
    review,
    rollups,
    search,
    second_factor,
    sent,
    sessions,
    settings,
    shifts,
    statements,
    stories,
    threads,
    topics,
    training,
    trying,
    verifying,
    warehouse,
    watching,
)
from moderation.tables import Daily
from moderation.topics import Background, Scope
from tests.access.who import (
    ADMIN,
    AUDIT,
    BROAD,
    INSIGHTS,
    KNOWN,
    MODELS,
    READ,
    REVIEW,
    REVIEWERS,
    SITES,
    STAFF,
    STRANGERS,
    Who,
)
from tests.builders import SITE, START, TableScorer, incoming


@dataclass(frozen=True, slots=True)
class Row:
    """A use case, who may call it, and arguments with which whoever may gets beyond the question of permission.

    `own` marks those that a session alone can call. What is named does not exist: who may not is refused
    all the same, and so does not learn of it.
    """

    use_case: Callable[..., object]
    open_to: frozenset[Who]
    args: tuple[object, ...] = ()
    kwargs: tuple[tuple[str, object], ...] = ()
    own: bool = False

    @property
    def name(self) -> str:
        return f"{self.use_case.__module__.removeprefix('moderation.service.')}.{self.use_case.__name__}"


def _row(use_case: Callable[..., object], open_to: frozenset[Who], *args: object, **kwargs: object) -> Row:
    return Row(use_case, open_to, args, tuple(kwargs.items()))


def _own(use_case: Callable[..., object], *args: object, **kwargs: object) -> Row:
    return Row(use_case, STAFF, args, tuple(kwargs.items()), own=True)


def _at_site(use_case: Callable[..., object], open_to: frozenset[Who], *args: object, **kwargs: object) -> Row:
    return _row(use_case, open_to, *args, site=SITE, **kwargs)


def _ignore(*progress: object) -> None:
    pass


class _NoArchive:
    """What may take a backup gets as far as this."""

    def snapshot(self) -> object:
        raise NotFound(what="archive")


NOWHERE, NUMBER = Path("/nowhere"), 404
DAY = Period(start=START - timedelta(days=1), end=START, grain=Grain.HOUR, time_zone="UTC")
NO_OTHERS = Background(texts=0, counts={}, words={}, keys={}, comment_ids=frozenset())
RULES = EntryRules(idle=timedelta(hours=12), length=timedelta(days=14), factor_roles=frozenset())
PASSWORD = "long-enough-and-rare"
REJECT = {"seen_version": 1, "reasons": (Reason.SPAM,)}

USE_CASES = (
    # Accounts
    _row(accounts.add_site, ADMIN, name="another", title="Another"),
    _row(accounts.add_staff, ADMIN, name="new", display_name="New", role=Role.ADMIN),
    _row(accounts.change_role, ADMIN, "nobody", Role.ADMIN),
    _row(accounts.deactivate, ADMIN, "nobody"),
    _row(accounts.reactivate, ADMIN, "nobody"),
    _row(accounts.issue_link, ADMIN, "nobody"),
    _row(accounts.set_password, ADMIN, "nobody", PASSWORD),
    _row(accounts.sites, KNOWN),
    _row(accounts.staff, ADMIN),
    # Only ever refuses: a door's own no, told as any other.
    _row(accounts.refuse, frozenset(), Permission.STAFF_MANAGE, where="page"),
    _own(accounts.change_password, "", PASSWORD, address="127.0.0.1"),
    _own(accounts.set_blurs, True),
    _own(accounts.set_language, "en"),
    # To end a session that has ended is no wish to be refused.
    Row(accounts.sign_out, STAFF | STRANGERS, own=True),
    _own(colleagues.names),
    _row(colleagues.rename, ADMIN, "nobody", "New name"),
    _own(accounts.whoami),
    _own(reauthentication.by_password, "", address="here"),
    _own(second_factor.begin, address="here"),
    _own(second_factor.confirm, "000000"),
    _own(second_factor.remove, "000000", address="here"),
    _own(second_factor.state),
    _row(second_factor.reset, ADMIN, "nobody"),
    _row(sessions.end, ADMIN, "nobody", "0" * 64),
    _row(sessions.end_others, ADMIN, "nobody"),
    _row(sessions.of, ADMIN, "nobody"),
    _own(sessions.own),
    # What a site's server does with its key
    _row(amendments.edit, SITES, "c-404", "A second thought"),
    _row(amendments.withdraw, SITES, "c-404"),
    _row(appeals.appeal_of, SITES, "c-404"),
    _row(appeals.lodge, SITES, "c-404", "Why?"),
    _row(appeals.notice, SITES, "c-404"),
    _row(commenters.measures_for_site, SITES, "u-404"),
    _row(feed.decisions_after, SITES, 0),
    _row(feed.erasures_after, SITES, 0),
    _row(intake.save_article, SITES, IncomingArticle(external_id="a-2", title="An article")),
    _row(intake.submit, SITES, (incoming(),)),
    _row(intake.submit_read, SITES, (), ()),
    _row(threads.join, SITES, ("c-1",)),
    _row(threads.join_all, SITES),
    _row(picks.picks_of, SITES, "a-404"),
    _row(receipts.lookup, SITES, "c-404"),
    _row(reports.report, SITES, "c-404", reporter_id="r", reason=Reason.SPAM),
    # The queue
    _at_site(alike.renewed, REVIEW, alike.Waves(waves=(), compared=0, more=False)),
    _at_site(alike.waves, REVIEW),
    _row(around.similar, REVIEW, NUMBER),
    _row(around.decided, READ, (NUMBER,)),
    _row(around.thread, READ, NUMBER),
    _at_site(batches.decide_many, REVIEWERS, (Chosen(NUMBER, 1),), Outcome.APPROVE),
    _at_site(batches.recent, REVIEW),
    _row(batches.undo_batch, REVIEWERS, NUMBER),
    _at_site(lately.own_work, REVIEWERS),
    _at_site(lately.skips, REVIEWERS),
    _row(opinions.give, REVIEWERS, NUMBER, Outcome.REJECT, **REJECT),
    _row(opinions.withdraw, REVIEWERS, NUMBER),
    _row(picks.pick, REVIEW, NUMBER, seen_version=1),
    _row(picks.picked_among, READ, (NUMBER,)),
    _row(picks.unpick, REVIEW, NUMBER),
    _at_site(review.bring_back, REVIEWERS),
    _at_site(review.counts, REVIEWERS),
    _row(review.check_decidable, REVIEW, NUMBER, seen_version=1),
    _row(review.decide, REVIEW, NUMBER, Outcome.REJECT, **REJECT),
    _row(review.decide_and_next, REVIEW, NUMBER, Outcome.REJECT, **REJECT),
    _at_site(review.facets, REVIEW),
    _at_site(review.look_ahead, REVIEWERS, holding=NUMBER),
    _at_site(review.messages, REVIEW),
    _at_site(review.next_card, REVIEWERS),
    _row(review.open_card, REVIEWERS, NUMBER),
    _row(review.release, REVIEWERS),
    _row(review.renew, REVIEWERS, NUMBER, since=START),
    _row(review.skip, REVIEWERS, NUMBER),
    _row(review.undo, REVIEW, NUMBER),
    _row(review.unskip, REVIEWERS, NUMBER),
    _at_site(shifts.end, REVIEWERS),
    _at_site(shifts.shift, REVIEWERS),
    _at_site(watching.watch, REVIEWERS, article_ids=(), section_ids=()),
    _at_site(watching.watch_list, REVIEWERS),
    # Search
    _at_site(search.choose, REVIEW, where=SearchFilter()),
    _at_site(search.find, READ, where=SearchFilter()),
    _at_site(search.named, READ, words=("someone",)),
    _at_site(search.sample, READ, ()),
    _at_site(search.scope, READ, article_id=None, commenter_id=None),
    _at_site(search.spread, READ, where=SearchFilter()),
    # Commenters
    _at_site(broad.listed, REVIEW),
    _row(broad.lift, BROAD, NUMBER),
    _at_site(broad.reach, BROAD, "spam.example"),
    _at_site(broad.take, BROAD, "spam.example", MeasureKind.BAN, reason=Reason.SPAM),
    _at_site(broad.to_sweep, BROAD, "spam.example"),
    _row(commenters.lift, REVIEW, NUMBER),
    _at_site(commenters.note, REVIEW, NUMBER, "A note"),
    _at_site(commenters.latest, READ, NUMBER),
    _at_site(commenters.may_act, READ),
    _at_site(commenters.profile, READ, NUMBER),
    _row(commenters.remove_note, REVIEW, NUMBER),
    _at_site(commenters.take, REVIEW, NUMBER, MeasureKind.WARN, reason=Reason.SPAM),
    _at_site(commenters.to_sweep, REVIEW, NUMBER),
    _row(backups.snapshot, ADMIN, _NoArchive(), version="1", keys=()),
    _row(retention.periods, ADMIN),
    _row(retention.set_days, ADMIN, Kind.HANDOVERS, 9),
    _row(retention.due, ADMIN),
    _row(retention.run, ADMIN),
    _row(erasing.tidy, ADMIN),
    _at_site(personal.erase, ADMIN, "u-404"),
    _at_site(personal.held, ADMIN, "u-404"),
    # The log
    _at_site(audit.actors, AUDIT),
    _at_site(audit.events, AUDIT),
    _at_site(audit.export, AUDIT, where=EventFilter()),
    _at_site(heads.checkpoint, AUDIT),
    _row(heads.checkpoint_all, AUDIT),
    _row(heads.keys, AUDIT),
    _row(heads.made_since, AUDIT, {}),
    _row(proving.place_of, AUDIT, NUMBER),
    _at_site(proving.prove, AUDIT, 0),
    _row(proving.prove_growth, AUDIT, f"taliq/{SITE}\n1\n{'A' * 43}=\n\n"),
    _at_site(statements.restrictions, AUDIT),
    _at_site(stories.story, AUDIT, NUMBER),
    _row(verifying.verify, AUDIT),
    _at_site(sent.last_week_sent, AUDIT),
    _at_site(sent.note_sent, AUDIT, week=START.date(), recipients=1),
    # The nightly files
    _row(warehouse.sites, AUDIT),
    _row(warehouse.stand, AUDIT, site_id=NUMBER),
    _row(warehouse.changed, AUDIT, site_id=NUMBER, since=0, until=1),
    _row(warehouse.following, AUDIT, Daily.COMMENTS, site_id=NUMBER, since=START),
    _row(warehouse.following, ADMIN, Daily.TEXTS, site_id=NUMBER, since=START),
    _row(warehouse.rows, AUDIT, Daily.EVENTS, site_id=NUMBER, since=START, until=START),
    _row(warehouse.rows, ADMIN, Daily.TEXTS, site_id=NUMBER, since=START, until=START),
    _row(warehouse.articles, AUDIT, site_id=NUMBER),
    # What editors see
    _at_site(insights.choices, INSIGHTS),
    _at_site(insights.mark, INSIGHTS),
    _at_site(insights.insights, INSIGHTS, period=DAY),
    _at_site(insights.talk, INSIGHTS, period=DAY),
    _at_site(insights.conversation, INSIGHTS, period=DAY),
    _at_site(insights.agenda, INSIGHTS, period=DAY),
    _at_site(insights.work, INSIGHTS, period=DAY),
    _at_site(insights.readers, INSIGHTS, period=DAY),
    _at_site(insights.compare, INSIGHTS, period=DAY, other=DAY),
    _row(rollups.roll_up, ADMIN),
    _row(rollups.warm, ADMIN),
    _at_site(records.recount, ADMIN),
    _at_site(insights.workload, REVIEW, period=DAY),
    _at_site(pins.pinned, INSIGHTS, period=DAY),
    _at_site(pins.pin, INSIGHTS, day=START.date(), text="A note"),
    _at_site(pins.unpin, INSIGHTS, NUMBER),
    _at_site(topics.mark, INSIGHTS, scope=Scope()),
    _at_site(topics.background, INSIGHTS),
    _at_site(topics.topics, INSIGHTS, scope=Scope(), others=NO_OTHERS),
    _row(topics.examples, READ, [NUMBER]),
    _row(evaluating.evaluate, INSIGHTS, (TableScorer(),), newest=10, progress=_ignore),
    # Models
    _at_site(model_report.drift, MODELS, bounds=(DAY.start, DAY.end)),
    _row(model_report.origin, MODELS),
    _at_site(model_report.quality, MODELS),
    _row(models.registry, MODELS),
    _row(models.scorer, MODELS, "none"),
    _row(models.shadow_tally, MODELS, "none"),
    _row(models.add, ADMIN, NOWHERE),
    _row(models.promote, ADMIN, "none"),
    _row(models.roll_back, ADMIN),
    _row(models.shadow, ADMIN, "none"),
    _row(rescoring.rescore, ADMIN, progress=_ignore),
    _at_site(rescoring.scored, ADMIN, model="none"),
    # Settings
    _at_site(settings.history, ADMIN),
    _at_site(settings.policy, ADMIN),
    _at_site(settings.publish, ADMIN, Policy(site_id=1, number=1), seen_number=NUMBER),
    _at_site(trying.try_draft, ADMIN, Policy(site_id=1, number=1)),
    _at_site(keys.issue_key, ADMIN, name="another"),
    _at_site(keys.keys, ADMIN),
    _row(keys.revoke_key, ADMIN, NUMBER),
    _row(keys.rotate_key, ADMIN, NUMBER),
    # Who gets in and how far
    _row(provider.expect, ADMIN, "nobody", "a@example.org", issuer="https://id.example.org"),
    _row(provider.identities, ADMIN),
    _row(entry.rules, ADMIN),
    _row(entry.set_rules, ADMIN, RULES),
    _row(invitations.invite, ADMIN, Role.EDITOR),
    _row(invitations.all_of_them, ADMIN),
    _row(invitations.revoke, ADMIN, NUMBER),
    _row(placing.limits, ADMIN),
    _row(placing.choices, ADMIN),
    _row(placing.named, ADMIN, sites=(), sections=()),
    _row(placing.place, ADMIN, "nobody", ()),
)

# What asks for no permission of its own, and why that is right.
WITHOUT_A_CALLER: dict[Callable[..., object], str] = {
    attempts.failed: "notes a wrong guess, of whoever it was",
    accounts.sign_in: "makes a caller of whoever knows a password",
    accounts.sign_in_by_code: "makes a caller of whoever answered the first step and has a code",
    accounts.sign_in_by_link: "makes a caller of whoever has a link",
    invitations.opened: "tells whoever has the link what it is for",
    invitations.accept: "makes a caller of whoever has an invitation's link",
    clock.behind: "tells whether the machine is well, as /readyz does to everybody",
    denials.watched: "makes a desk of a desk",
    provider.sign_in: "makes a caller of whoever the identity provider vouches for",
    judging.read_by: "computes on a text that its caller brings",
    explaining.explain: "computes on a card that was given with permission",
    training.train: "reads no newsroom's data",
}
# Calls other use cases, each of which asks; or is asked for with the permission to ask for.
BY_OTHERS: dict[Callable[..., object], str] = {
    backups.restore: "fills an empty database, in which there is nobody; refuses all but the operator of the server",
    decided.newest_decided: "takes the permission as an argument, from evaluating and training",
    demo.load: "fills an empty desk by the other use cases, as an operator",
    training.train_from_decisions: "asks through newest_decided, before anything is read",
}
