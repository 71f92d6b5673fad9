"""Rules of this house that a reader of one file could not see broken."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, fields

import pytest

from dashboard.settings import Settings
from moderation.parsing import COMMENT_FIELDS, REQUIRED_FIELDS
from tests.architecture.source import PRODUCT, ROOT, files, modules

# Data that says what to run when it is read: never for a model, a cache, a session or between processes.
CODE_IN_DATA = {"pickle", "_pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal", "jsonpickle"}
ARRAY_LOADERS = {("np", "load"), ("numpy", "load"), ("format", "read_array")}
CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today")}
CLOCK = "dashboard/clock.py"


@dataclass(frozen=True)
class Call:
    """One call in one file. `owner` and `name` are the last two names of what is called: datetime and now."""

    path: str
    line: int
    owner: str
    name: str
    given: dict[str, object]

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.owner}.{self.name}"


def calls(*places: str) -> Iterator[Call]:
    for module in modules(*places):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call):
                owner, name = _names(node.func)
                given = {word.arg: getattr(word.value, "value", ...) for word in node.keywords if word.arg}
                yield Call(path=module.path, line=node.lineno, owner=owner, name=name, given=given)


def _names(function: ast.expr) -> tuple[str, str]:
    if isinstance(function, ast.Attribute):
        before = function.value
        owner = before.id if isinstance(before, ast.Name) else before.attr if isinstance(before, ast.Attribute) else ""
        return owner, function.attr
    return "", function.id if isinstance(function, ast.Name) else ""


def test_no_data_that_runs_when_it_is_read() -> None:
    for module in modules(*PRODUCT, "benchmarks"):
        assert {name.partition(".")[0] for _, name in module.imports()} & CODE_IN_DATA == set(), module.path
    loads = [call for call in calls(*PRODUCT, "benchmarks") if (call.owner, call.name) in ARRAY_LOADERS]
    assert [str(call) for call in loads if call.given.get("allow_pickle") is not False] == []
    assert loads


def test_text_never_becomes_markup_by_a_switch() -> None:
    switches = {"unsafe_allow_html", "unsafe_allow_javascript"}
    assert [str(call) for call in calls(*PRODUCT) if switches & set(call.given)] == []


def test_the_time_comes_in_through_the_door() -> None:
    looks = {call.path for call in calls(*PRODUCT) if (call.owner, call.name) in CLOCKS}
    assert looks == {CLOCK}


def test_nothing_is_run_from_text() -> None:
    """No eval, exec or shell: what readers write must not find one."""
    runs = {("", "eval"), ("", "exec"), ("os", "system"), ("os", "popen")}
    assert [str(call) for call in calls(*PRODUCT) if (call.owner, call.name) in runs or "shell" in call.given] == []


def test_every_setting_is_documented_and_every_documented_one_exists() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    documented = re.findall(r"^\| `([A-Z_]+)` \|", text, re.MULTILINE)
    assert documented == [one.metadata["variable"] for one in fields(Settings)]


def test_the_fields_of_an_import_are_documented() -> None:
    text = (ROOT / "docs" / "importing.md").read_text(encoding="utf-8")
    documented = re.findall(r"^\| `(\w+)` \| (?:(yes) )?\|", text, re.MULTILINE)
    assert {name for name, _ in documented} == set(COMMENT_FIELDS)
    assert {name for name, needed in documented if needed} == set(REQUIRED_FIELDS)


def test_every_variable_that_is_read_is_a_setting() -> None:
    """The terminal's language and the tests' own switches aside."""
    declared = {one.metadata["variable"] for one in fields(Settings)}
    for module in modules("moderation", "db", "dashboard"):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("TALIQ_"):
                for variable in re.findall(r"TALIQ_[A-Z_]+", node.value):
                    assert variable in declared, f"{module.path}:{node.lineno} {variable}"


# Built from pieces, so that this file does not hold what it looks for.
PLACES = re.compile("|".join("/" + "/".join(parts) for parts in (("work", ""), ("root", ""), ("tmp", "w", ""))))
HOSTS = re.compile(
    "|".join(map("".join, (("pypi", r"\.org"), ("python", "hosted"), (r"registry\.npm", "js"), ("deb.debi", "an"))))
)


@pytest.mark.parametrize("pattern", [PLACES, HOSTS], ids=["folders", "registries"])
def test_nothing_names_the_machine_it_was_written_on(pattern: re.Pattern[str]) -> None:
    found = []
    for path in files():
        content = (ROOT / path).read_bytes()
        if b"\0" not in content[:8_000]:
            lines = content.decode("utf-8", "replace").splitlines()
            found += [f"{path}:{number}" for number, line in enumerate(lines, start=1) if pattern.search(line)]
    assert found == []


def test_the_wheel_takes_every_file_of_the_packages() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packed = {pattern.removeprefix("*") for pattern in told["tool"]["setuptools"]["package-data"]["*"]} | {".py"}
    inside = [path for path in files() if path.startswith(("moderation/", "db/", "dashboard/"))]
    assert [path for path in inside if not path.endswith(tuple(packed))] == []


def test_make_names_its_targets_phony() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = set(re.findall(r"^\.PHONY: (.*)$", text, re.MULTILINE)[0].split())
    named = set(re.findall(r"^([a-z]+):", text, re.MULTILINE))
    described = set(re.findall(r"^([a-z]+):.*## ", text, re.MULTILINE))
    assert phony == named >= described
