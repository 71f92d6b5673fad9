"""Reads what a page would send to the browser, and finds in it whatever an attack could have made."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

from google.protobuf.message import Message
from markdown_it import MarkdownIt
from streamlit.testing.v1 import AppTest

# What Taliq's own HTML is made of; `svg` and its parts are the square code and the icons. Two templates hold the
# comment that comes next and the latest count of what waits; what is in them is read like the rest.
TAGS = {
    "a", "article", "b", "bdi", "blockquote", "br", "button", "caption", "code", "dd", "del", "details", "div", "dl",
    "dt", "em", "h1", "h2", "h3", "h4", "hr", "ins", "kbd", "li", "mark", "ol", "p", "path", "pre", "q", "rect",
    "section", "small", "span", "strong", "style", "summary", "svg", "table", "tbody", "td", "th", "thead",
    "time", "tr", "u", "ul",
}  # fmt: skip
_OF_CLASS = {("template", "tq-next"), ("template", "tq-counts-now"), ("label", "tq-check")}
# A box by which a found comment is chosen: no form's, and nothing more on it than this.
_BOX = {"type", "data-choose", "aria-label", "autocomplete"}
# Fields that Streamlit shows letter for letter, by the kind of element.
LITERAL = {
    "selectbox": {"options", "default_value", "value", "raw_value"},
    "multiselect": {"options", "raw_values"},
    "code": {"code_text"},
    "text": {"body"},
    "text_area": {"default", "value", "placeholder"},
    "text_input": {"default", "value", "placeholder"},
    "arrow_data_frame": {"data"},
}
_MARKDOWN = MarkdownIt("gfm-like", {"linkify": False, "html": True})


class _Page(HTMLParser):
    """The text of a piece of HTML, and what in it is not ours."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self.made: list[str] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_box = tag == "input" and given.get("type") == "checkbox" and set(given) == _BOX
        if not (tag in TAGS or (tag, given.get("class")) in _OF_CLASS or is_box):
            self.made.append(f"<{tag}>")
        outward = "tq-out" in (given.get("class") or "")
        self.made += [f"{tag}.{name}" for name, value in attrs if _is_harmful(name, value or "", outward=outward)]

    def handle_comment(self, data: str) -> None:
        self.made.append(f"<!--{data}")

    def handle_data(self, data: str) -> None:
        if self.lasttag == "style" and ("evil" in data or "*{display" in data):
            self.made.append("<style>")
        self.text.append(data)


def _is_harmful(name: str, value: str, *, outward: bool) -> bool:
    if name == "href":
        # Only the link to an article leaves the desk, and the browser is told so.
        own = (value.startswith(("/", "?", "#")) and not value.startswith("//")) or value == ""
        return not own and not (outward and value.startswith(("https://", "http://")))
    return name.startswith("on") or name in ("src", "srcdoc", "srcset", "action", "formaction", "data", "background")


def made(app: AppTest) -> list[str]:
    """What an attack made of a page: elements, attributes, links or pictures that are not ours. Empty on a safe one."""
    wrong: list[str] = []
    for kind, proto in _elements(app):
        if kind == "html":
            wrong += _Page(proto.body).made
        elif "vega" not in kind:
            # A chart's words are drawn by Vega as they are; tests/dashboard/test_charts.py looks at its expressions.
            wrong += [text for text in _strings(proto, LITERAL.get(kind, set())) if _is_alive(text)]
    return wrong


def said(app: AppTest) -> str:
    """All text of the page's own HTML."""
    return "\n".join("".join(_Page(proto.body).text) for kind, proto in _elements(app) if kind == "html")


def text_of(markup: str) -> str:
    return "".join(_Page(markup).text)


def made_of(markup: str) -> list[str]:
    return _Page(markup).made


def _elements(app: AppTest) -> Iterator[tuple[str, Message]]:
    for node in app._tree:
        proto = getattr(node, "proto", None)
        if isinstance(proto, Message):
            yield getattr(node, "type", ""), proto


def _strings(proto: Message, literal: set[str]) -> Iterator[str]:
    for field, value in proto.ListFields():
        if field.name in literal:
            continue
        for one in value if field.is_repeated else (value,):
            if isinstance(one, str):
                yield one
            elif isinstance(one, Message):
                yield from _strings(one, literal)


def _is_alive(text: str) -> bool:
    """Whether Markdown would make of it a picture, a link beyond the desk, or markup."""
    if "<" not in text and "](" not in text:
        return False
    page = _Page(_MARKDOWN.render(text))
    return any(one not in ("<input>",) for one in page.made)
