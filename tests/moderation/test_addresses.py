"""E-mail addresses and domains in one spelling; what is none is refused without being quoted."""

from __future__ import annotations

import pytest

from moderation.addresses import above, address, domain
from moderation.comment import MAX_EMAIL
from moderation.errors import Invalid


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Amal@Example.COM", "amal@example.com"),
        (" amal+news@mail.example.co.uk ", "amal+news@mail.example.co.uk"),
        ("amal@مثال.إختبار", "amal@xn--mgbh0fb.xn--kgbechtv"),
        ("أمل@example.com", "أمل@example.com"),
        ("a" * 64 + "@example.com", "a" * 64 + "@example.com"),
    ],
)
def test_an_address_is_kept_in_one_spelling(given: str, kept: str) -> None:
    assert address(given, field="commenter_email") == kept


@pytest.mark.parametrize(
    "given",
    [
        "amal", "amal@", "@example.com", "amal@example", "amal@127.0.0.1", "a b@example.com", "amal@exa_mple.com",
        "amal@-example.com", "amal@example..com", "<amal@example.com>", "amal@example.com,b@example.com", "a@b@c.com",
        "a" * 65 + "@example.com", "a@" + "b." * 130 + "com",
        "amal@xn--.\udcff",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_and_not_quoted(given: str) -> None:
    with pytest.raises(Invalid) as refused:
        address(given, field="commenter_email")
    assert (refused.value.fields["field"], refused.value.fields["reason"]) == ("commenter_email", "not_an_email")
    assert given.strip() not in str(refused.value.fields)
    assert len(given) < 3 or given not in str(refused.value)


def test_the_longest_address_fits() -> None:
    host = "b" * 63 + "." + "c" * 63 + "." + "d" * 57 + ".com"
    longest = "a" * (MAX_EMAIL - 1 - len(host)) + "@" + host
    assert len(address(longest, field="x")) == MAX_EMAIL
    with pytest.raises(Invalid):
        address("a" + longest, field="x")


@pytest.mark.parametrize(
    ("given", "kept"), [("@Spam.Example.", "spam.example"), ("إختبار.مثال", "xn--kgbechtv.xn--mgbh0fb")]
)
def test_a_domain_is_read_as_people_write_it(given: str, kept: str) -> None:
    assert domain(given, field="domain") == kept


@pytest.mark.parametrize("given", ["com", "", "a b.com", "1.2.3.4", "amal@example.com", "%.com", "*.com"])
def test_what_is_no_domain_is_refused(given: str) -> None:
    with pytest.raises(Invalid, match="not_a_domain"):
        domain(given, field="domain")


def test_a_measure_reaches_what_lies_below_its_domain() -> None:
    assert above("a.spam.example") == ("a.spam.example", "spam.example")
    assert above("spam.example") == ("spam.example",)
