"""A site that follows the feed knows of each comment what it would be told if it asked, whatever happens in between."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from random import Random

from moderation.comment import VISIBLE, Comment, Incoming, Status
from moderation.decision import Outcome, Reason
from moderation.errors import ModerationError, NotFound
from moderation.ports import FeedItem
from moderation.search import Chosen
from moderation.service import accounts, appeals, batches, feed, intake, opinions, personal, picks, review, settings
from tests.amounts import amount
from tests.builders import OPERATOR, Newsroom, incoming

LENGTHS = (0, 20, 60, 60)
PAUSES = (1, 7, 13, 19, 20, 21, 40, 61)
BODIES = ("A civil thought", "a rude remark", "a forbidden word")
MOST = 3
# How often which happens beside the others.
WAYS = {
    "write": 1, "pass_time": 6, "decide": 6, "undo": 3, "waver": 3, "decide_all": 1, "undo_all": 1, "think": 1,
    "pick": 2, "edit": 1, "report": 2, "appeal": 2, "withdraw": 0.8, "erase": 0.6, "change_the_grace": 2,
    "follow_seldom": 1,
}  # fmt: skip


@dataclass
class Known:
    """What a site holds of a comment: of two things that it heard the one of the higher version counts."""

    version: int = 0
    status: Status = Status.PENDING
    outcome: str = ""
    reasons: tuple[str, ...] = ()
    decided: int = field(default=0)

    def read(self, item: FeedItem) -> None:
        self._decided(item.version, item.outcome, item.reasons)
        self._is(item.version, item.status)

    def answered(self, receipt: intake.Receipt) -> None:
        # A text that is gone has a version of its own, which no decision has.
        number = receipt.version if receipt.status is not Status.ERASED else self.decided
        self._decided(number, receipt.outcome, tuple(receipt.reasons))
        self._is(receipt.version, receipt.status)

    def _decided(self, version: int, outcome: str, reasons: tuple[str, ...]) -> None:
        if version > self.decided:
            self.decided, self.outcome, self.reasons = version, outcome, reasons

    def _is(self, version: int, status: Status) -> None:
        if version > self.version:
            self.version, self.status = version, status


class Walk:
    """A site of its own, and what happens there by chance; what may not be done at the time is refused.

    `done` counts what was not.
    """

    def __init__(self, newsroom: Newsroom, seed: int) -> None:
        self.room, self.desk, self.chance = newsroom, newsroom.desk, Random(seed)
        self.site = f"site-{seed}"
        self.known: dict[str, Known] = {}
        self.seldom: dict[str, Known] = {}
        self.cursor = self.seldom_cursor = -1
        self.decided: list[int] = []
        self.batches: list[int] = []
        self.done: Counter[str] = Counter()
        accounts.add_site(self.desk, OPERATOR, name=self.site, title="Site")

    def go(self, steps: int) -> None:
        past: list[str] = []
        self.change_the_grace()
        self.write()
        self.write()
        for _ in range(steps):
            [way] = self.chance.choices(list(WAYS), list(WAYS.values()))
            past.append(way)
            try:
                getattr(self, way)()
            except (IndexError, ModerationError):
                past[-1] += ", refused"
            else:
                self.done[way] += 1
            try:
                self.compare()
            except AssertionError as error:
                raise AssertionError(f"{self.site}: {past}") from error

    def change_the_grace(self) -> None:
        # Policies and decisions of one millisecond have no order that anybody could tell, so there are none.
        self.room.clock.advance(seconds=1)
        now = settings.policy(self.desk, OPERATOR, site=self.site)
        draft = replace(now, banned=("forbidden",), grace_seconds=self.chance.choice(LENGTHS))
        settings.publish(self.desk, OPERATOR, draft, site=self.site, seen_number=now.number)

    def pass_time(self) -> None:
        self.room.clock.advance(seconds=self.chance.choice(PAUSES))

    def write(self) -> None:
        if len(self.known) < MOST:
            item = self._new(f"{self.site}-{len(self.known)}")
            [made] = intake.submit(self.desk, OPERATOR, [item], site=self.site)
            self.known[item.external_id], self.seldom[item.external_id] = Known(), Known()
            self.known[item.external_id].answered(made)

    def _new(self, external_id: str) -> Incoming:
        writer = self.chance.choice(("u-0", "u-1"))
        body = self.chance.choice(BODIES)
        return incoming(body, external_id=external_id, commenter_id=writer, created_at=self.room.clock())

    def decide(self) -> None:
        person = self.chance.choice((self.room.moderator, self.room.second))
        outcome, reasons = self._outcome()
        one = self._now(self._one())
        made = review.decide(self.desk, person, one.id, outcome, seen_version=one.version, reasons=reasons)
        self.decided.append(made.id)

    def undo(self) -> None:
        review.undo(self.desk, self.room.admin, self.decided.pop())

    def waver(self) -> None:
        for act in (self.decide, self.pass_time, self.undo, self.pass_time):
            act()

    def decide_all(self) -> None:
        outcome, reasons = self._outcome()
        chosen = [Chosen(one.id, one.version) for one in map(self._now, self.known)]
        made = batches.decide_many(self.desk, self.room.admin, chosen, outcome, site=self.site, reasons=reasons)
        self.batches.append(made.batch_id)

    def undo_all(self) -> None:
        if not self.batches:
            self.decide_all()
            self.pass_time()
        batches.undo_batch(self.desk, self.room.admin, self.batches.pop())

    def think(self) -> None:
        outcome, reasons = self._outcome()
        one = self._now(self._one())
        opinions.give(self.desk, self.room.second, one.id, outcome, seen_version=one.version, reasons=reasons)

    def pick(self) -> None:
        """What readers do not see is approved at the same time, as by the key."""
        one, person = self._now(self._one()), self.room.moderator
        if one.status not in VISIBLE:
            review.decide(self.desk, person, one.id, Outcome.APPROVE, seen_version=one.version)
        picks.pick(self.desk, person, one.id, seen_version=self._now(one.external_id).version)

    def edit(self) -> None:
        name, body = self._one(), self.chance.choice(BODIES)
        self.known[name].answered(intake.edit(self.desk, OPERATOR, name, f"{body} again", site=self.site))

    def withdraw(self) -> None:
        name = self._one()
        self.known[name].answered(intake.withdraw(self.desk, OPERATOR, name, site=self.site))

    def report(self) -> None:
        name, reader = self._one(), f"r-{self.chance.randrange(4)}"
        made = intake.report(self.desk, OPERATOR, name, reporter_id=reader, reason=Reason.OFFENSIVE, site=self.site)
        self.known[name].answered(made)

    def appeal(self) -> None:
        appeals.lodge(self.desk, OPERATOR, self._one(), "unfair", site=self.site)

    def erase(self) -> None:
        """By the desk; the site, at whose wish it was, looks at what is left."""
        before = {name: self._asked(name).status for name in self.known}
        personal.erase(self.desk, OPERATOR, self.chance.choice(("u-0", "u-1")), site=self.site)
        for name, status in before.items():
            now = self._asked(name)
            if now.status is not status:
                assert now.status is Status.ERASED
                self.known[name].answered(now)

    def _one(self) -> str:
        return self.chance.choice(list(self.known))

    def _outcome(self) -> tuple[Outcome, list[Reason]]:
        rejecting = [Reason.ABUSIVE], [Reason.SPAM, Reason.OTHER]
        return self.chance.choice([(Outcome.APPROVE, []), *((Outcome.REJECT, reasons) for reasons in rejecting)])

    def _now(self, name: str) -> Comment:
        with self.desk.read() as uow:
            comment = uow.comments.get(self._asked(name).id)
        assert comment is not None
        return comment

    def _asked(self, name: str) -> intake.Receipt:
        return intake.lookup(self.desk, OPERATOR, name, site=self.site)

    def compare(self) -> None:
        self.cursor = self._follow(self.cursor, self.known, limit=2)
        for name, known in self.known.items():
            asked = self._asked(name)
            assert (asked.version, asked.status) == (known.version, known.status), name
            assert (asked.outcome, asked.reasons) == (known.outcome, known.reasons), name
        name = self._one()
        assert intake.submit(self.desk, OPERATOR, [self._new(name)], site=self.site) == [self._asked(name)]
        assert self._has_notice(name) is (self.known[name].status is Status.REJECTED), name
        for one in picks.picks_of(self.desk, OPERATOR, "a-1", site=self.site):
            assert self.known[one.external_id].status in VISIBLE, one.external_id

    def _has_notice(self, name: str) -> bool:
        try:
            found = appeals.notice(self.desk, OPERATOR, name, site=self.site)
        except NotFound:
            return False
        return found.verdict.decision.outcome is Outcome.REJECT

    def follow_seldom(self) -> None:
        """Who never asks knows no more; less, where the feed waits with what came after a decision that is not due."""
        self.seldom_cursor = self._follow(self.seldom_cursor, self.seldom, limit=100)
        for name, known in self.seldom.items():
            assert known.version <= self._asked(name).version

    def _follow(self, cursor: int, known: dict[str, Known], *, limit: int) -> int:
        more = True
        while more:
            page = feed.decisions_after(self.desk, OPERATOR, cursor, limit=limit, site=self.site)
            for item in page.items:
                known[item.external_id].read(item)
            cursor, more = page.cursor, page.more
        return cursor


def test_the_feed_and_the_answers_tell_the_same(newsroom: Newsroom) -> None:
    done: Counter[str] = Counter()
    for seed in range(amount(2, full=150)):
        walk = Walk(newsroom, seed)
        walk.go(50)
        done += walk.done
    assert set(done) == set(WAYS), "what never happens proves nothing"
