"""Domains in comments."""

from __future__ import annotations

import pytest

from moderation.text.links import domains, outside


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
