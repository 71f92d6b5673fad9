"""The catalogs: the same keys and placeholders in every language, every plural form, a name for every stored word."""

import json
import re
from importlib.resources import files
from pathlib import Path
from string import Formatter

import pytest
from babel import Locale

import moderation
from dashboard.i18n import LANGUAGES, catalog, t
from moderation import errors
from moderation.article import Mode
from moderation.audit import EventType
from moderation.comment import Status
from moderation.decision import Cause, Outcome, Reason
from moderation.roles import Role
from moderation.score import Label
from moderation.text.language import LANGUAGES as LANGUAGES_OF_COMMENTS
from moderation.verification import BreakKind

CATALOGS = files("dashboard.i18n").joinpath("catalogs")
FILES = sorted(path.name for path in CATALOGS.iterdir())
AREAS = sorted({name.split(".")[0] for name in FILES})
ARABIC_DIGITS = str.maketrans("", "", "٠١٢٣٤٥٦٧٨٩")


def read(name):
    pairs = json.loads(CATALOGS.joinpath(name).read_text(encoding="utf-8"), object_pairs_hook=list)
    return [(key, dict(value) if isinstance(value, list) else value) for key, value in pairs]


def placeholders(sentence):
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def forms(entry):
    return entry.values() if isinstance(entry, dict) else [entry]


@pytest.mark.parametrize("area", AREAS)
def test_an_area_has_the_same_keys_in_every_language(area):
    keys = {lang: [key for key, _ in read(f"{area}.{lang}.json")] for lang in LANGUAGES}
    assert keys["ar"] == keys["en"]


@pytest.mark.parametrize("name", FILES)
def test_a_key_stands_once_and_names_its_area(name):
    keys = [key for key, _ in read(name)]
    assert len(keys) == len(set(keys))
    assert all(key.startswith(name.split(".")[0] + ".") for key in keys)


@pytest.mark.parametrize("area", AREAS)
def test_the_languages_use_the_same_placeholders(area):
    entries = {lang: dict(read(f"{area}.{lang}.json")) for lang in LANGUAGES}
    for key, entry in entries["ar"].items():
        wanted = set.union(*(placeholders(form) for form in forms(entry)))
        other = set.union(*(placeholders(form) for form in forms(entries["en"][key])))
        assert wanted == other, key


@pytest.mark.parametrize("name", FILES)
def test_placeholders_are_plain_names(name):
    for key, entry in read(name):
        for form in forms(entry):
            assert all(placeholder.isidentifier() for placeholder in placeholders(form)), key


@pytest.mark.parametrize("name", FILES)
def test_plural_entries_have_every_form_of_their_language(name):
    wanted = Locale(name.split(".")[1]).plural_form.tags | {"other"}
    for key, entry in read(name):
        if isinstance(entry, dict):
            assert set(entry) == wanted, key


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".ar.json")])
def test_what_arabic_readers_see_is_arabic(name):
    for key, entry in read(name):
        for form in forms(entry):
            words = re.sub(r"\{\w+\}", "", form)
            # A language is offered in its own name.
            assert words == "English" or not re.search(r"[^\W\d_]", words) or re.search("[\u0621-\u064a]", words), key


# «حكم» and what is made of it ends like "your", which is for many.
TO_MANY = re.compile(r"\b(?:\w+(?<!ح)كم|أنتم|ت\w{2,}ون)\b(?<!\bوكم)")


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".ar.json")])
def test_arabic_speaks_to_one_person(name):
    for key, entry in read(name):
        for form in forms(entry):
            assert not TO_MANY.search(re.sub("[\u064b-\u0652]", "", form)), key


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_name_by_which_people_sign_in_has_one_name(lang):
    names = {catalog(lang)[key] for key in ("api.login.name", "access.invited.name", "settings.staff.name")}
    assert len(names) == 1


# Of these the numbers are typed as they stand, or belong to what a program reads.
TYPED = {"api", "backup", "cli", "click", "errors", "query"}


@pytest.mark.parametrize("name", [one for one in FILES if one.endswith(".ar.json") and one.split(".")[0] not in TYPED])
def test_numbers_in_arabic_sentences_follow_the_deployment(name):
    """A catalog writes them with Arabic digits; RFC 6962 and SHA-256 are names."""
    for key, entry in read(name):
        for form in forms(entry):
            assert not re.search(r"\d", re.sub(r"[A-Z]+[ -]\d+", "", form).translate(ARABIC_DIGITS)), key


NAMED = [
    ("status", Status), ("outcome", Outcome), ("reason", Reason), ("cause", Cause),
    ("label", Label), ("role", Role), ("mode", Mode), ("event", EventType), ("break", BreakKind),
    ("language", LANGUAGES_OF_COMMENTS),
]  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("kind", "members"), NAMED)
def test_every_stored_word_has_a_name(kind, members, lang):
    for member in members:
        assert t(f"common.{kind}.{member}", lang)


def subclasses(cls):
    return {cls, *(found for child in cls.__subclasses__() for found in subclasses(child))}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_error_code_has_a_sentence(lang):
    for error in subclasses(errors.ModerationError):
        if error.__module__.startswith("moderation"):
            assert f"errors.{error.code}" in catalog(lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reason_to_refuse_a_value_has_a_sentence(lang):
    core = Path(moderation.__file__).parent
    paths = [core / "parsing.py", core / "policy.py", *(core / "service").glob("*.py")]
    source = "".join(path.read_text(encoding="utf-8") for path in paths)
    reasons = set(re.findall(r'Invalid\(\s*field=[^)]*?reason="(\w+)"', source))
    assert {"missing", "too_long", "out_of_range", "bad_word"} <= reasons
    assert not [reason for reason in sorted(reasons) if f"errors.invalid.{reason}" not in catalog(lang)]
