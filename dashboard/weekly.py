"""The week's report of each site, to a folder and to mailboxes, when the newsroom's week is over.

What was made is known by the file in the folder, what was sent by the log: a restart makes and sends nothing twice.
Which mailboxes were put off by their server when others had the letter already, only the process itself knows.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

from dashboard import mailing
from dashboard.i18n import date as written_date
from dashboard.i18n import t
from dashboard.mail_addresses import server_of
from dashboard.schedule import Every, Job
from dashboard.settings import WEEKDAYS, Settings
from moderation.article import Site
from moderation.roles import Caller, Operator
from moderation.service import sent, warehouse
from moderation.service.desk import Desk

REPORTER = Operator(name="report")
_DAYS, _MINUTES = 7, 15
# A server that knows nobody who writes to it puts the first letter off for minutes; one that is full, for hours.
_PATIENCE = timedelta(days=1)
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """Seven days of the newsroom's calendar, both included."""

    first: date

    @property
    def last(self) -> date:
        return self.first + timedelta(days=_DAYS - 1)


Draw = Callable[[Desk, Caller, Site, Week, str], str]
"""From a site, a week and a language to a whole HTML document."""

Alone = Callable[[str], AbstractContextManager[bool]]
"""See `db.alone.alone`."""


class Undelivered(OSError):
    """`taken` mailboxes have the letter, `failures` say why the others have not; `put_off` may have it later."""

    def __init__(self, taken: int, failures: dict[str, OSError]) -> None:
        super().__init__("; ".join(f"{to}: {mailing.said(error)}" for to, error in failures.items()))
        self.taken = taken
        self.kinds = sorted({mailing.kind(error) for error in failures.values()})
        self.put_off = tuple(to for to, error in failures.items() if not mailing.is_final(error))


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """The mailboxes of a week that did not get what others got, and until when they are tried."""

    week: Week
    to: tuple[str, ...]
    until: datetime


Debts = dict[str, Owed]
"""By the site's name."""


def job(desk: Desk, settings: Settings, alone: Alone) -> Job | None:
    """Asks often whether a report is due: one that failed is not to wait for the next week, which has another."""
    if settings.report_folder is None and not mails(settings):
        return None
    cadence = Every(minutes=_MINUTES, heavy=True)
    debts: Debts = {}

    def run(stopping: threading.Event) -> None:
        # Two processes that look in the same moment would both send it. The second looks again at its next round.
        with alone("report") as free:
            if free:
                once(desk, settings, drawn, stopping, debts)

    return Job(name="report", cadence=cadence, run=run)


def mails(settings: Settings) -> bool:
    return bool(settings.report_to and settings.smtp_url and settings.mail_from)


def once(desk: Desk, settings: Settings, draw: Draw, stopping: threading.Event, debts: Debts | None = None) -> None:
    """Every site's last week, where it is not there yet. One that fails keeps no other; the first failure is raised."""
    failed: list[Exception] = []
    for site in warehouse.sites(desk, REPORTER):
        if stopping.is_set():
            return
        try:
            _of_site(desk, settings, draw, site, {} if debts is None else debts)
        except Exception as error:
            failed.append(error)
    if failed:
        raise failed[0]


def _of_site(desk: Desk, settings: Settings, draw: Draw, site: Site, debts: Debts) -> None:
    week = last_week(desk.now(), site.time_zone, settings)
    path = settings.report_folder / file_name(site, week) if settings.report_folder else None
    to_write = path is not None and not path.exists()
    to = _still_to_get_it(desk, settings, site, week, debts)
    if not to_write and not to:
        return
    lang = language_of(site, settings)
    document = draw(desk, REPORTER, site, week, lang)
    if path is not None and to_write:
        write(path, document)
    if to:
        _send(desk, settings, site, week, document, to, debts)


def _still_to_get_it(desk: Desk, settings: Settings, site: Site, week: Week, debts: Debts) -> tuple[str, ...]:
    if not mails(settings):
        return ()
    noted = sent.last_week_sent(desk, REPORTER, site=site.name)
    if noted is None or noted < week.first:
        return settings.report_to
    owed = debts.get(site.name)
    return owed.to if owed and owed.week == week and desk.now() < owed.until else ()


def _send(
    desk: Desk, settings: Settings, site: Site, week: Week, document: str, to: tuple[str, ...], debts: Debts
) -> None:
    former = debts.pop(site.name, None)
    try:
        send(desk, settings, site, week, document, to=to)
    except Undelivered as error:
        until = former.until if former and former.week == week else desk.now() + _PATIENCE
        debts[site.name] = Owed(week=week, to=error.put_off, until=until)
        _LOG.warning("The report of %s did not reach every mailbox (%s)", site.name, ", ".join(error.kinds))
        raise


def last_week(now: datetime, zone: str, settings: Settings) -> Week:
    """The seven days before the last day on which reports are made, if its hour has come."""
    local = now.astimezone(ZoneInfo(zone))
    day = local.date() - timedelta(days=(local.weekday() - WEEKDAYS.index(settings.report_day)) % _DAYS)
    if datetime.combine(day, settings.report_at, ZoneInfo(zone)) > now:
        day -= timedelta(days=_DAYS)
    return Week(first=day - timedelta(days=_DAYS))


def is_to_come(week: Week, now: datetime, zone: str) -> bool:
    """Whether not even its first day has begun, so that its report would be of nothing."""
    return week.first > now.astimezone(ZoneInfo(zone)).date()


def is_over(week: Week, now: datetime, zone: str) -> bool:
    return week.last < now.astimezone(ZoneInfo(zone)).date()


def week_of(day: date, settings: Settings) -> Week:
    """The week that a day is in; weeks begin with the day of the report."""
    return Week(first=day - timedelta(days=(day.weekday() - WEEKDAYS.index(settings.report_day)) % _DAYS))


def file_name(site: Site, week: Week, *, so_far: bool = False) -> str:
    """That of a whole week says that its report is made, which one of a week that goes on must not."""
    return f"taliq-{site.name}-{week.first.isoformat()}{'-so-far' if so_far else ''}.html"


def language_of(site: Site, settings: Settings) -> str:
    return settings.report_language or ("ar" if site.language == "ar" else "en")


def write(path: Path, document: str) -> None:
    """Whole or not at all, into a pipe or a device as it comes. Readers' words are in it: its owner alone reads it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and not path.is_file():
        path.write_text(document, encoding="utf-8", errors="backslashreplace")
        return
    # A link stays, such as /dev/stdout.
    path = path.resolve() if path.is_symlink() else path
    part = path.with_name(f".{path.name}.part")
    try:
        part.touch(mode=0o600)
        part.write_text(document, encoding="utf-8", errors="backslashreplace")
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def send(
    desk: Desk,
    settings: Settings,
    site: Site,
    week: Week,
    document: str,
    *,
    to: tuple[str, ...] | None = None,
    lang: str = "",
) -> int:
    """A letter to each, so that none learns of the others; how many the server took. `to` and `lang` are otherwise
    those of the settings.

    Noted in the log once it took one: a mailbox that is refused for ever must not have the others written to again and
    again. Undelivered is raised after that where it did not take all.
    """
    taken, failures = 0, {}
    for one in settings.report_to if to is None else to:
        try:
            message = _letter(site, week, lang or language_of(site, settings), document)
            mailing.send(server_of(settings.smtp_url), settings.mail_from, [one], message)
            taken += 1
        except OSError as error:
            failures[one] = error
    if taken:
        sent.note_sent(desk, REPORTER, site=site.name, week=week.first, recipients=taken)
    if failures:
        raise Undelivered(taken, failures) from next(iter(failures.values()))
    return taken


def _letter(site: Site, week: Week, lang: str, document: str) -> EmailMessage:
    days = {"since": week.first, "until": week.last}
    said = {name: written_date(day, lang, site.time_zone) for name, day in days.items()}
    # A header has one line, whatever the title has.
    subject = " ".join(_bare(t("report.subject", lang, site=site.title, **said)).split())
    body = _bare(t("report.body", lang, site=site.title, **said)) + "\n"
    # A lone surrogate is no UTF-8.
    attached = document.encode("utf-8", "backslashreplace").decode()
    return mailing.message_of(subject, body, attached, name=file_name(site, week), subtype="html")


def _bare(text: str) -> str:
    """Without isolates, which mail programs show as boxes."""
    return text.translate({0x2066: None, 0x2067: None, 0x2068: None, 0x2069: None})


def drawn(desk: Desk, caller: Caller, site: Site, week: Week, lang: str) -> str:
    """The Insights page's report. Loaded when it is drawn: most of the week nobody needs the libraries of charts."""
    from dashboard.insights.report import report
    from dashboard.insights.sections import section
    from dashboard.insights.view import Question, View
    from dashboard.periods import Preset
    from moderation.engagement import InsightFilter

    views = [
        View(question=one, preset=Preset.CUSTOM, first=week.first, last=week.last, where=InsightFilter())
        for one in Question
    ]
    return report([section(desk, caller, site, one, lang) for one in views], site, lang, made_at=desk.now())
