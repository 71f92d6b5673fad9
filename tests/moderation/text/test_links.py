"""Domains in comments."""

from __future__ import annotations

import pytest

from moderation.text.links import domains, outside, places


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
    ],
)
def test_a_link_is_marked_with_all_of_its_address(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in places(text)] == found
