"""Finding comments among a million, and deciding a thousand of them at once. `python -m benchmarks.search`

140 comments hold one of seven spellings of one stem; the rest is the usual corpus. Beside our search, in the same run:
`LIKE` on the texts as they were written. Times are of the first page of 25, as the search page asks for it.
"""

from __future__ import annotations

import argparse
import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import func, select

from benchmarks import growth, newsroom, options
from benchmarks.databases import Databases
from benchmarks.figures import Wrong, check, ms, show, times
from benchmarks.newsroom import SITE, Newsroom
from db import schema
from moderation import parsing
from moderation.article import IncomingArticle
from moderation.comment import Status
from moderation.decision import Outcome, Reason
from moderation.roles import Session
from moderation.score import Label
from moderation.search import SearchFilter
from moderation.service import around, batches, intake, search
from moderation.text.finding import sought

STEM = "سلحفاة"
# With the article, with a conjunction, diacritics, tatweel, hamza and ta marbuta spelled otherwise, repeated letters.
FORMS = ("سلحفاة", "السلحفاة", "وسلحفاة", "سُلَحْفَاةٌ", "سلـحفـاة", "سلحفاه", "سلحفاااااة")
EACH = 20
PAGE = 25


def main(arguments: Sequence[str] | None = None) -> None:
    parser = options.parser(__doc__)
    parser.add_argument("--size", type=int, help="comments in thousands (default 1000)")
    options.run(parser.parse_args(arguments), measure)


def measure(given: argparse.Namespace, backends: Sequence[str]) -> None:
    size = 1_000 * (given.size or (2 if given.quick else 1_000))
    rounds = 3 if given.quick else 100
    with Databases() as databases:
        for backend in backends:
            with databases.fresh(backend) as url, newsroom.opened(url, moderators=1) as place:
                growth.fill(place, size)
                plant(place)
                person = place.session(place.moderators[0])
                common = commonest(place)
                _searches(place, person, backend, common, rounds)
                _batch(place, person, backend, 100 if given.quick else 1_000)
                place.check_log()


def plant(place: Newsroom) -> None:
    rows = [
        {
            "external_id": f"planted-{n}",
            "article_id": "zoo",
            "commenter_id": f"z{n}",
            "body": f"رأيت {FORMS[n % len(FORMS)]} اليوم {n}",
        }
        for n in range(len(FORMS) * EACH)
    ]
    items = [parsing.incoming(row, now=place.desk.now()) for row in rows]
    intake.submit(place.desk, newsroom.OPERATOR, items, site=SITE)


def commonest(place: Newsroom) -> str:
    """The word of four letters and more that is in the most of a sample of the comments."""
    with place.plant.engine.connect() as connection:
        bodies = connection.execute(select(schema.search_texts.c.folded).limit(1_000)).scalars().all()
    counted: dict[str, int] = {}
    for body in bodies:
        for word in {word for word in body.split() if len(word) >= 4}:
            counted[word] = counted.get(word, 0) + 1
    return max(counted, key=lambda word: (counted[word], word))


def _searches(place: Newsroom, person: Session, backend: str, common: str, rounds: int) -> None:
    def page(where: SearchFilter) -> Callable[[], int]:
        return lambda: len(search.find(place.desk, person, site=SITE, where=where, limit=PAGE).rows)

    cases = {
        "a stem, in seven spellings": SearchFilter(words=sought(STEM)),
        f"a word in {_share(place, common):.0%} of them": SearchFilter(words=sought(common)),
        "a word that nobody wrote": SearchFilter(words=sought("زنبورك")),
    }
    for what, where in _filters(place).items():
        cases |= {f"that word, {what}": replace(where, words=sought(common)), f"no word, {what}": where}
    taken = {name: _timed(page(where), rounds) for name, where in cases.items()}
    taken |= {
        "similar comments, of one that waits": _similar(place, person, rounds),
        "commenters by name": _timed(
            lambda: search.named(place.desk, person, site=SITE, words=sought("leila")), rounds
        ),
    }
    plain = _timed(lambda: _like(place), max(3, rounds // 20))
    hits, of = _found(place, person), len(FORMS) * EACH
    check(hits == of, f"{hits} of {of} planted comments found")
    found_plainly = _like(place)
    rows = [(name, ms(seconds), "") for name, seconds in taken.items()]
    first = sorted(taken["a stem, in seven spellings"])[rounds // 2]
    rows[0] = (*rows[0][:2], f"{hits} of {of}")
    rows.append(("LIKE on the text as written", ms(plain), f"{found_plainly} of {of}"))
    show(f"Searching {place.count(schema.comments):,} comments, {backend}", ("what", "first page ms", "found"), rows)
    print(f"\nThe index takes {times(sorted(plain)[len(plain) // 2], first)} less time than LIKE.")


def _filters(place: Newsroom) -> dict[str, SearchFilter]:
    """What many comments fit and, the hard part, what none or few do."""
    middle = _middle(place)
    return {
        "waiting": SearchFilter(status=Status.PENDING),
        "rejected by the policy or a person": SearchFilter(status=Status.REJECTED),
        "in a section where nobody wrote": SearchFilter(section_id=_quiet(place)),
        "of a commenter who never used it": SearchFilter(commenter_id=_silent(place)),
        "of a domain that nobody has": SearchFilter(domain="nobody.example"),
        "in a language in which nobody wrote": SearchFilter(language="fr"),
        "surely a threat": SearchFilter(label=Label.THREAT, at_least=0.999),
        "likely rejected": SearchFilter(at_least=0.9),
        "of one minute in the middle": SearchFilter(since=middle, until=middle + timedelta(minutes=1)),
        "of the first half": SearchFilter(until=middle),
        "of the first half, surely a threat": SearchFilter(until=middle, label=Label.THREAT, at_least=0.999),
    }


def _middle(place: Newsroom) -> datetime:
    created = schema.comments.c.created_at
    with place.plant.engine.connect() as connection:
        first, last = connection.execute(select(func.min(created), func.max(created))).one()
    return first + (last - first) / 2


def _quiet(place: Newsroom) -> int:
    """A section with one article and no comments."""
    article = IncomingArticle(external_id="quiet", title="quiet", section="quiet")
    intake.save_article(place.desk, newsroom.OPERATOR, article, site=SITE)
    with place.desk.read() as uow:
        return next(key for key, name in uow.articles.sections(place.site.id) if name == "quiet")


def _silent(place: Newsroom) -> int:
    with place.desk.read() as uow:
        found = uow.commenters.by_external(place.site.id, "z0")
    if found is None:
        raise Wrong("whoever wrote of the stem is there")
    return found.id


def _similar(place: Newsroom, person: Session, rounds: int) -> list[float]:
    """A different comment each time, as at the queue."""
    chosen, _ = search.choose(place.desk, person, site=SITE, where=SearchFilter(status=Status.PENDING))
    waiting = itertools.cycle([one.comment_id for one in chosen[:rounds]])
    return _timed(lambda: around.similar(place.desk, person, next(waiting)), rounds)


def _timed(act: Callable[[], object], rounds: int) -> list[float]:
    act()
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        act()
        taken.append(time.perf_counter() - began)
    return taken


def _share(place: Newsroom, word: str) -> float:
    with place.plant.engine.connect() as connection:
        texts = schema.search_texts
        counted = select(func.count()).select_from(texts).where(texts.c.folded.contains(word, autoescape=True))
        found = connection.execute(counted).scalar_one()
    return found / place.count(schema.comments)


def _like(place: Newsroom) -> int:
    with place.plant.engine.connect() as connection:
        query = select(schema.comments.c.id).where(schema.comments.c.body.contains(STEM, autoescape=True))
        return len(connection.execute(query).all())


def _found(place: Newsroom, person: Session) -> int:
    chosen, _ = search.choose(place.desk, person, site=SITE, where=SearchFilter(words=sought(STEM)))
    return len(chosen)


def _batch(place: Newsroom, person: Session, backend: str, size: int) -> None:
    chosen, _ = search.choose(place.desk, person, site=SITE, where=SearchFilter(status=Status.PENDING))
    picked = chosen[:size]
    check(len(picked) == size, f"{size} comments wait")
    began = time.perf_counter()
    result = batches.decide_many(place.desk, person, picked, Outcome.REJECT, site=SITE, reasons=[Reason.SPAM])
    decided = time.perf_counter()
    undone = batches.undo_batch(place.desk, person, result.batch_id)
    ended = time.perf_counter()
    check(result.decided == undone.decided == size, "all decided, all taken back")
    show(
        f"A batch of {size:,}, {backend}",
        ("what", "seconds", "a second"),
        [
            ("rejected", f"{decided - began:.2f}", f"{size / (decided - began):,.0f}"),
            ("taken back", f"{ended - decided:.2f}", f"{size / (ended - decided):,.0f}"),
        ],
    )


if __name__ == "__main__":
    main()
