"""Synthetic comments in Arabic and English, of realistic lengths, some rude: `python -m benchmarks.corpus FILE`.

The words are ours and nobody's comments. The same seed gives the same comments; their moments lie before now.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import sys
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TextIO

COLUMNS = (
    "external_id", "article_id", "commenter_id", "body", "article_title", "section", "commenter_name", "parent_id",
    "created_at",
)  # fmt: skip
SECTIONS = ("سياسة", "اقتصاد", "رياضة", "ثقافة", "محليات", "علوم")
RUDE_SHARE = 0.13
_ENGLISH_SHARE = 0.2
_REPLY_SHARE = 0.15
# So many comments an article has, and so many that came after it are there on average when one of them is written.
_ON_AN_ARTICLE, _TALKED_ABOUT = 200, 6.5
# Of its latest so many are answered.
_ANSWERED = 50
_SPAN = timedelta(days=30)

_ARABIC = {
    "subject": (
        "هذا القرار", "المقال", "الكاتب", "الحكومة الجديدة", "وزير الدفاع", "ما جرى في المؤتمر", "الخبر",
        "هذه الزيادة في الأسعار", "المدرب", "فريقنا", "الاتفاق", "مشروع القانون", "التقرير الأخير",
        "رئيس البلدية", "المكالمة بين الوزيرين", "سعر الصرف",
    ),
    "verb": (
        "لا يغير شيئا في حياة الناس", "خطوة جيدة جاءت متأخرة", "يحتاج إلى نقاش هادئ",
        "أثار أسئلة كثيرة في الشارع", "يستحق القراءة مرتين", "لا يجيب عن السؤال الأهم", "سيظهر أثره بعد سنوات",
        "كان متوقعا منذ أشهر", "فاجأ الجميع أمس", "يعيدنا إلى نقطة البداية", "أفضل مما توقعت بصراحة",
        "يهم كل أسرة في البلد",
    ),
    "reason": (
        "لأن الأرقام المنشورة لا تكفي للحكم", "لأننا سمعنا الوعد نفسه قبل ثلاث سنوات",
        "والدليل ما حدث في الموسم الماضي", "وأتمنى أن تتابع الصحيفة الموضوع",
        "مع أن أحدا لم يسأل أهل المدينة عن رأيهم", "ولا أحد يعرف من سيدفع الثمن في النهاية",
        "خصوصا بعد كل ما قيل في البرلمان", "وهذا رأيي بعد عشرين سنة من العمل في هذا المجال",
        "كما كتب أحد القراء قبل قليل", "وشكرا للمراسل على الصور والتفاصيل",
    ),
    "close": (
        "تحياتي للجميع.", "والله أعلم.", "ننتظر الخطوة القادمة.", "شكرا على النشر.", "ما رأيكم أنتم؟",
        "دمتم بخير.", "الأيام بيننا.", "أتمنى التوفيق للجميع!", "",
    ),
    "rude": (
        "أنت غبي وحقير ولا تفهم شيئا", "اخرس يا كلب يا حيوان", "كلكم كلاب وخونة ولصوص",
        "يا حمار يا جاهل الله يلعنك", "أنتم حثالة وزبالة المجتمع", "يلعن أبوك يا ابن الكلب",
        "واحد تافه وقذر مثلك لازم يسكت", "تفو عليكم يا أنذال يا خنازير",
    ),
}  # fmt: skip
_ENGLISH = {
    "subject": (
        "This decision", "The article", "The minister's answer", "The new budget", "Our team", "The agreement",
        "The call between the two ministers", "The report", "The mayor", "What happened at the summit",
    ),
    "verb": (
        "changes very little for ordinary people", "came two years too late", "deserves a calm discussion",
        "raises more questions than it answers", "is better than I expected",
        "will be felt long after the vote", "surprised nobody who followed the story",
        "takes us back to where we began",
    ),
    "reason": (
        "because the published numbers are not enough to judge", "and I hope the paper keeps following it",
        "although nobody asked the people who live there", "as another reader wrote a moment ago",
        "and we heard the same promise three years ago",
        "especially after everything that was said in parliament",
        "and I say so after twenty years in this trade", "since nobody knows who will pay for it in the end",
    ),
    "close": (
        "Thank you.", "Just my opinion.", "What do you think?", "Let us wait and see.", "Good reporting!", "",
    ),
    "rude": (
        "you are a stupid idiot and a disgusting liar", "shut up you filthy dog",
        "you people are trash and scum", "what a pathetic moron, go to hell", "fucking idiots, all of you",
    ),
}  # fmt: skip


def body(rng: random.Random) -> str:
    """One comment of roughly 80 to 400 characters."""
    words = _ENGLISH if rng.random() < _ENGLISH_SHARE else _ARABIC
    rude = rng.random() < RUDE_SHARE
    wanted = min(400, max(80, round(rng.lognormvariate(5.1, 0.45))))
    parts = [rng.choice(words["rude"]) + "،"] if rude else []
    while sum(map(len, parts)) + len(parts) < wanted - 40:
        parts.append(f"{rng.choice(words['subject'])} {rng.choice(words['verb'])} {rng.choice(words['reason'])}.")
        if rude and rng.random() < 0.5:
            parts.append(rng.choice(words["rude"]) + "!")
    # A number keeps two comments of one commenter from being the same text by accident.
    return f"{' '.join(parts)} ({rng.randrange(10_000)}) {rng.choice(words['close'])}".strip()


def comments(
    size: int, *, seed: int = 1, prefix: str = "c", now: datetime | None = None, span: timedelta = _SPAN
) -> Iterator[dict[str, str]]:
    """`size` comments of the last `span`, oldest first, on an article for every 200 and by a commenter for every eight.

    Articles come one after another, and half of what is said of one is said before the fifth after it is there; a reply
    is to one of the latest comments on its article.
    """
    rng = random.Random(seed)
    now = now or datetime.now(UTC)
    step = span / (size + 1)
    latest = defaultdict[int, deque[int]](lambda: deque(maxlen=_ANSWERED))
    for number in range(size):
        article = max(0, number // _ON_AN_ARTICLE - int(rng.expovariate(1 / _TALKED_ABOUT)))
        # A few write much and most write once.
        commenter = int(max(1, size // 8) * rng.random() ** 2)
        others = latest[article]
        parent = f"{prefix}-{rng.choice(others)}" if others and rng.random() < _REPLY_SHARE else ""
        others.append(number)
        yield {
            "external_id": f"{prefix}-{number}",
            "article_id": f"a-{article}",
            "commenter_id": f"u-{commenter}",
            "body": body(rng),
            "article_title": f"مقال رقم {article}",
            "section": SECTIONS[article % len(SECTIONS)],
            "commenter_name": f"قارئ {commenter}",
            "parent_id": parent,
            "created_at": (now - span + step * number).isoformat(timespec="milliseconds"),
        }


def as_sent(comment: dict[str, str]) -> dict[str, str]:
    """The comment as a site sends it: what is empty is left out."""
    return {name: value for name, value in comment.items() if value}


def write(rows: Iterable[dict[str, str]], file: TextIO, *, form: str) -> None:
    if form == "csv":
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        table.writerows(rows)
        return
    for row in rows:
        file.write(json.dumps(as_sent(row), ensure_ascii=False) + "\n")


def save(path: Path, size: int, *, seed: int = 1) -> Path:
    """A .csv or .jsonl file of so many comments."""
    with path.open("w", encoding="utf-8", newline="") as file:
        write(comments(size, seed=seed), file, form=path.suffix.removeprefix("."))
    return path


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.corpus", description=__doc__)
    parser.add_argument("file", type=Path, help="ends in .csv or .jsonl")
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if given.file.suffix not in (".csv", ".jsonl"):
        sys.exit("the file's name must end in .csv or .jsonl")
    save(given.file, given.size, seed=given.seed)


if __name__ == "__main__":
    main()
