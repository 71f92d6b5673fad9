"""Domains in comments."""

from __future__ import annotations

import pytest

from moderation.text import links
from moderation.text.links import domain_of, domains, outside, places


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("no link. none", ()),
        ("see https://A.example/x?y=1 and http://b.example:8080/z", ("a.example", "b.example")),
        ("www.shop.example!", ("shop.example",)),
        ("اشترك هنا spam-shop.xyz الآن", ("spam-shop.xyz",)),
        ("mail me@home.com", ()),
        ("user:pw@https://user@evil.example/", ("evil.example",)),
        ("https://news.example/a https://cdn.news.example/b", ()),
        ("https://fakenews.example", ("fakenews.example",)),
        ("https://", ()),
        ("3.14 and v1.2", ()),
    ],
)
def test_domains(text: str, found: tuple[str, ...]) -> None:
    assert outside(domains(text), ("news.example",)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("«https://news.example» و“https://news.example”", ()),
        ("https://news.example؛ https://news.example۔ https://news.example،ثم", ()),
        ("\u2067https://news.example\u2069 https://news.example\u200f", ()),
        ("**https://news.example**", ()),
        # What a browser opens is before the backslash, and after the comma.
        ("https://evil.example\\@news.example", ("evil.example",)),
        ("https://news.example،x.evil.example/", ("news.example،x.evil.example",)),
        ("https://news.example\u200bevil.example", ("news.example\u200bevil.example",)),
        ("زوروا موقعنا وoffers.com أو بoffers.comالآن", ("offers.com",)),
        ("éoffers.com ifoffers.com_", ()),
        ("offers.com.sa و offers.co.uk", ("offers.com.sa", "offers.co.uk")),
        ("offers.com.also", ("offers.com",)),
        ("youtu.be/dQw4 goo.gl/maps offers.sa/شيء", ("youtu.be", "goo.gl")),
        ("km.h and and.or v2.0/1 4.5/10 fini.sa femme", ()),
        ("offers.ae", ("offers.ae",)),
    ],
)
def test_links_as_they_are_written_among_arabic(text: str, found: tuple[str, ...]) -> None:
    assert outside(domains(text), ("news.example",)) == found


@pytest.mark.parametrize(
    "entry",
    [
        "news.example", "News.Example", "https://news.example", "http://www.news.example/path?a#b", "www.news.example",
        "*.news.example", ".news.example.", "news.example:8080", "\u200fnews.example\u200f",
    ],
)  # fmt: skip
def test_an_allowed_domain_is_known_however_it_is_written(entry: str) -> None:
    found = domains("https://news.example https://www.news.example https://cdn.news.example https://fakenews.example")
    assert outside(found, (entry,)) == ("fakenews.example",)


@pytest.mark.parametrize("entry", ["موقع.مصر", "xn--4gbrim.xn--wgbh1c", "https://موقع.مصر/"])
def test_a_name_in_arabic_letters_is_the_one_that_the_network_knows(entry: str) -> None:
    assert outside(domains("https://موقع.مصر/شيء http://xn--4gbrim.xn--wgbh1c"), (entry,)) == ()


@pytest.mark.parametrize("entry", ["", "*", "https://", "موقع الجريدة"])
def test_what_is_no_domain_allows_none(entry: str) -> None:
    assert domain_of(entry) == ""
    assert outside(("news.example",), (entry,)) == ("news.example",)


def test_of_a_long_name_only_the_end_is_spelt_as_the_network_knows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each label takes its time, and a comment has room for two thousand."""
    spelt: list[str] = []
    monkeypatch.setattr(links, "_ascii", lambda domain: spelt.append(domain) or domain)
    found = domains(" ".join(f"http://{'é.' * 80}{n}.example" for n in range(100)))
    assert len(found) == 100
    assert len(outside(found, ())) == 20
    assert spelt == []
    assert len(outside(found, ("a.news.example",))) == 20
    assert spelt[:2] == ["a.news.example", "é.0.example"]
    assert len(spelt) == 21


def test_hostile_length_is_bounded() -> None:
    many = domains(" ".join(f"https://d{n}.example" for n in range(900)))
    assert len(many) == 900
    assert len(outside(many, ("d3.example",))) == 20
    assert domains("a." * 10_000) == ()
    assert places("a." * 10_000) == []
    assert places("http://a.example/" * 1_000) == [(0, 17_000)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "see https://A.example:8080/x?y=1. and (http://b.example), www.c.example!",
            ["https://A.example:8080/x?y=1", "http://b.example", "www.c.example"],
        ),
        ("اشترك هنا spam-shop.xyz/عرض، الآن", ["spam-shop.xyz/عرض"]),
        ('<a href="https://a.example/?a&b">', ["https://a.example/?a&b"]),
        ("https://a.example/http://b.example", ["https://a.example/http://b.example"]),
        ("https:// and 3.14 and me@home.com", []),
        ("«https://a.example»، وa.com.sa\u200f", ["https://a.example", "a.com.sa"]),
    ],
)
def test_a_link_is_marked_with_all_of_its_address(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in places(text)] == found
