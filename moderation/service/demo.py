"""The demo newsroom: its comments go through the real use cases, at the times when they would have come."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from moderation.article import IncomingArticle, Mode
from moderation.comment import Incoming, Status
from moderation.decision import Outcome, Reason
from moderation.errors import Unauthenticated
from moderation.roles import Caller, Role, Session
from moderation.service import accounts, appeals, intake, review, settings
from moderation.service.desk import Desk

_LINK_MINUTES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Happening:
    """Something that took place at a moment of the demo's past."""

    at: datetime
    run: Callable[[Desk], object]


def load(
    desk: Desk,
    caller: Caller,
    newsroom: Mapping[str, Any],
    comments: Sequence[Mapping[str, Any]],
    *,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Replay the demo's weeks in order of time, ending now; `progress` is told (done, of how many)."""
    story = _Story(desk, caller, newsroom)
    story.open()
    happenings = sorted(story.happenings(comments), key=lambda one: one.at)
    for number, happening in enumerate(happenings, start=1):
        happening.run(replace(desk, now=_standing_still(happening.at)))
        if progress is not None:
            progress(number, len(happenings))
    story.close()


def _standing_still(at: datetime) -> Callable[[], datetime]:
    return lambda: at


class _Story:
    def __init__(self, desk: Desk, caller: Caller, newsroom: Mapping[str, Any]) -> None:
        self._desk, self._caller, self._newsroom = desk, caller, newsroom
        self._site: str = newsroom["site"]["name"]
        self._end = desk.now()
        self._sessions: dict[str, Session] = {}
        self._published = {
            article["external_id"]: self._end - timedelta(minutes=article["minutes_ago"])
            for article in newsroom["articles"]
        }

    def open(self) -> None:
        first = min(self._published.values()) - timedelta(hours=1)
        desk = replace(self._desk, now=lambda: first)
        site = self._newsroom["site"]
        accounts.add_site(desk, self._caller, **(site | {"mode": Mode(site["mode"])}))
        for person in self._newsroom["staff"]:
            accounts.add_staff(desk, self._caller, **(person | {"role": Role(person["role"])}))
        self._publish(desk)

    def _publish(self, desk: Desk) -> None:
        current = settings.policy(desk, self._caller, site=self._site)
        words = self._newsroom["policy"]
        draft = replace(
            current,
            banned=tuple(words["banned"]),
            suspect=tuple(words["suspect"]),
            allowed_domains=tuple(words["allowed_domains"]),
            messages=tuple(words["messages"]),
        )
        settings.publish(desk, self._caller, draft, site=self._site, seen_number=current.number)

    def close(self) -> None:
        for session in self._sessions.values():
            accounts.sign_out(self._desk, session)

    def happenings(self, comments: Sequence[Mapping[str, Any]]) -> list[_Happening]:
        found = [self._article(article) for article in self._newsroom["articles"]]
        for comment in comments:
            found += self._of_comment(comment)
        return [one for one in found if one.at <= self._end]

    def _article(self, article: Mapping[str, Any]) -> _Happening:
        at = self._published[article["external_id"]]
        given = {name: article[name] for name in ("external_id", "title", "url", "section")}
        made = IncomingArticle(published_at=at, **given)
        return _Happening(at=at, run=lambda desk: intake.save_article(desk, self._caller, made, site=self._site))

    def _of_comment(self, comment: Mapping[str, Any]) -> list[_Happening]:
        key = comment["external_id"]
        found = [self._submission(comment)]
        if "edit" in comment:
            edit = comment["edit"]
            found.append(
                self._then(
                    comment,
                    edit["minutes_after"],
                    lambda desk: intake.edit(desk, self._caller, key, edit["body"], site=self._site),
                )
            )
        for given in comment.get("reports", ()):
            found.append(self._report(comment, given))
        if "decision" in comment:
            given = comment["decision"]
            found.append(self._then(comment, given["minutes_after"], lambda desk: self._decide(desk, key, given)))
        if "appeal" in comment:
            found += self._appeal(comment, comment["appeal"])
        if "deleted_minutes_after" in comment:
            found.append(
                self._then(
                    comment,
                    comment["deleted_minutes_after"],
                    lambda desk: intake.withdraw(desk, self._caller, key, site=self._site),
                )
            )
        return found

    def _submission(self, comment: Mapping[str, Any]) -> _Happening:
        at = self._at(comment, comment["minutes_after"])
        made = Incoming(
            external_id=comment["external_id"],
            article_id=comment["article_id"],
            commenter_id=comment["commenter_id"],
            commenter_name=comment["commenter_name"],
            commenter_email=comment.get("commenter_email"),
            body=comment["body"],
            parent_id=comment.get("parent_id"),
            created_at=at,
        )
        return _Happening(at=at, run=lambda desk: intake.submit(desk, self._caller, [made], site=self._site))

    def _report(self, comment: Mapping[str, Any], given: Mapping[str, Any]) -> _Happening:
        def run(desk: Desk) -> None:
            intake.report(
                desk,
                self._caller,
                comment["external_id"],
                reporter_id=given["reporter"],
                reason=Reason(given["reason"]),
                site=self._site,
            )

        return self._then(comment, given["minutes_after"], run)

    def _appeal(self, comment: Mapping[str, Any], given: Mapping[str, Any]) -> list[_Happening]:
        key = comment["external_id"]
        found = [
            self._then(
                comment,
                given["minutes_after"],
                lambda desk: appeals.lodge(desk, self._caller, key, given["text"], site=self._site),
            )
        ]
        if "answer" in given:
            answer = given["answer"]
            found.append(self._then(comment, answer["minutes_after"], lambda desk: self._decide(desk, key, answer)))
        return found

    def _then(self, comment: Mapping[str, Any], minutes: float, run: Callable[[Desk], object]) -> _Happening:
        # A second after the minute, so that what follows a comment sorts behind it.
        return _Happening(at=self._at(comment, minutes) + timedelta(seconds=1), run=run)

    def _at(self, comment: Mapping[str, Any], minutes: float) -> datetime:
        return self._published[comment["article_id"]] + timedelta(minutes=minutes)

    def _decide(self, desk: Desk, key: str, given: Mapping[str, Any]) -> None:
        now = intake.lookup(desk, self._caller, key, site=self._site)
        if now.status is Status.ERASED or (now.status is Status.REJECTED and given["outcome"] == Outcome.REJECT):
            return
        review.decide(
            desk,
            self._session(desk, given["by"]),
            now.id,
            Outcome(given["outcome"]),
            seen_version=now.version,
            reasons=[Reason(reason) for reason in given.get("reasons", ())],
            note=given.get("note", ""),
            message=given.get("message", ""),
        )

    def _session(self, desk: Desk, name: str) -> Session:
        """The demo's moderators work for weeks: each day's first decision signs them in again."""
        session = self._sessions.get(name)
        try:
            if session is not None:
                accounts.whoami(desk, session)
                return session
        except Unauthenticated:
            pass
        link = accounts.issue_link(desk, self._caller, name, minutes=_LINK_MINUTES)
        opened = accounts.sign_in_by_link(desk, link, address="127.0.0.1")
        self._sessions[name] = Session(token_hash=accounts.token_hash(opened.token))
        return self._sessions[name]
