"""Sentences, plurals, numbers and times in both languages."""

from datetime import UTC, datetime, timedelta

import pytest

from dashboard.i18n import (
    ago,
    catalog,
    date,
    direction,
    duration,
    locale_tag,
    moment,
    negotiate,
    number,
    percent,
    plural,
    set_digits,
    t,
)
from dashboard.settings import from_environment

NOW = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)


@pytest.fixture
def arabic_digits():
    set_digits("arab")
    yield
    set_digits("latn")


@pytest.mark.parametrize(
    ("wanted", "lang"),
    [
        (("en", "ar"), "en"),
        ((None, "en"), "en"),
        (("EN-us",), "en"),
        (("de", "ar"), "ar"),
        ((), "ar"),
        (("", "../en"), "ar"),
    ],
)
def test_the_first_language_that_the_desk_speaks_wins(wanted, lang):
    assert negotiate(*wanted) == lang


def test_direction():
    assert (direction("ar"), direction("en")) == ("rtl", "ltr")


def test_a_language_or_key_that_is_not_there_is_an_error():
    with pytest.raises(KeyError):
        t("common.product", "de")
    with pytest.raises(KeyError):
        t("common.nothing", "ar")
    with pytest.raises(KeyError):
        plural("common.product", 1, "ar")
    with pytest.raises(KeyError):
        t("common.ago.minute", "ar")


def test_text_values_are_isolated_and_cannot_leave_the_isolate():
    said = t("common.actor.policy", "en", number="\u202e7\u2069 evil\u2066")
    assert said == "policy \u20687 evil\u2069"


def test_number_values_are_written_in_the_language(arabic_digits):
    assert t("common.actor.policy", "en", number=1234) == "policy 1,234"
    assert t("common.actor.policy", "ar", number=1234).endswith("١٬٢٣٤")


@pytest.mark.parametrize(
    ("minutes", "ar", "en"),
    [
        (0, "الآن", "just now"),
        (-60, "الآن", "just now"),
        (1, "قبل دقيقة", "1 minute ago"),
        (2, "قبل دقيقتين", "2 minutes ago"),
        (3, "قبل 3 دقائق", "3 minutes ago"),
        (10, "قبل 10 دقائق", "10 minutes ago"),
        (11, "قبل 11 دقيقة", "11 minutes ago"),
        (59, "قبل 59 دقيقة", "59 minutes ago"),
        (60, "قبل ساعة", "1 hour ago"),
        (120, "قبل ساعتين", "2 hours ago"),
        (23 * 60 + 59, "قبل 23 ساعة", "23 hours ago"),
        (24 * 60, "قبل يوم", "1 day ago"),
        (11 * 24 * 60, "قبل 11 يومًا", "11 days ago"),
        (60 * 24 * 60, "قبل شهرين", "2 months ago"),
        (3 * 365 * 24 * 60, "قبل 3 أعوام", "3 years ago"),
    ],
)
def test_ago(minutes, ar, en):
    at = NOW - timedelta(minutes=minutes)
    assert (ago(at, NOW, "ar"), ago(at, NOW, "en")) == (ar, en)


@pytest.mark.parametrize(
    ("seconds", "ar", "en"),
    [
        (0, "أقل من ثانية", "0 seconds"),
        (1, "ثانية", "1 second"),
        (59.6, "دقيقة", "1 minute"),
        (125, "دقيقتان و5 ثوانٍ", "2 minutes 5 seconds"),
        (3_600, "ساعة", "1 hour"),
        (3_605, "ساعة", "1 hour"),
        (7_500, "ساعتان و5 دقائق", "2 hours 5 minutes"),
        (100 * 86_400 + 7_200, "100 يوم وساعتان", "100 days 2 hours"),
        (-5, "أقل من ثانية", "0 seconds"),
    ],
)
def test_duration(seconds, ar, en):
    assert (duration(seconds, "ar"), duration(seconds, "en")) == (ar, en)


@pytest.mark.parametrize(
    ("n", "form"), [(0, "zero"), (1, "one"), (2, "two"), (3, "few"), (10, "few"), (11, "many"), (99, "many"),
                    (100, "other"), (102, "other"), (103, "few"), (111, "many")],
)  # fmt: skip
def test_arabic_counts_take_their_form(n, form):
    assert plural("queue.waiting", n, "ar") == catalog("ar")["queue.waiting"][form].format(n=n)


def test_times_are_told_in_the_site_s_zone():
    assert moment(NOW, "ar", "Africa/Cairo") == "24 نوفمبر 2026، 00:30"
    assert moment(NOW, "en", "America/New_York") == "23 November 2026, 17:30"
    assert date(NOW, "ar", "Africa/Cairo") == "24 نوفمبر 2026"
    assert date(NOW.date(), "en", "Africa/Cairo") == "23 November 2026"


def test_numbers():
    assert (number(1234567.891, "ar"), percent(0.256, "ar"), percent(0.256, "en", places=1)) == (
        "1,234,567.89",
        "26%",
        "25.6%",
    )


def test_arabic_digits_are_the_deployment_s_choice(arabic_digits):
    assert (number(1234.5, "ar"), percent(0.256, "ar")) == ("١٬٢٣٤٫٥", "٢٦٪")
    assert moment(NOW, "ar", "UTC") == "٢٣ نوفمبر ٢٠٢٦، ٢٢:٣٠"
    assert (number(1234.5, "en"), moment(NOW, "en", "UTC")) == ("1,234.5", "23 November 2026, 22:30")
    assert [locale_tag(lang) for lang in ("ar", "en")] == ["ar-EG-u-nu-arab", "en-GB-u-nu-latn"]


def test_so_are_those_of_a_sentence_s_own_numbers(arabic_digits):
    assert [t("insights.period.month", lang) for lang in ("ar", "en")] == ["آخر ٣٠ يومًا", "Last 30 days"]
    assert t("insights.remark.bounds", "ar").endswith(" ٩٥٪.")
    set_digits("latn")
    assert t("insights.period.month", "ar") == "آخر 30 يومًا"
    assert t("insights.remark.bounds", "ar").endswith(" 95%.")


def test_no_other_digits_are_known():
    with pytest.raises(ValueError, match="latn or arab"):
        set_digits("roman")


def test_the_deployment_s_digits_are_ones_that_are_known():
    for given in ("latn", "arab"):
        set_digits(from_environment({"TALIQ_DIGITS": given}).digits)
        assert number(7, "ar") == {"latn": "7", "arab": "٧"}[given]
    set_digits(from_environment({}).digits)
    assert number(7, "ar") == "7"
