"""Everything depends inward only; the arrows of docs/architecture.md, read from the imports."""

from __future__ import annotations

import ast
import sys

import pytest

from tests.architecture.source import PRODUCT, Module, modules

OURS = ("moderation", "db", "dashboard", "streamlit_app", "benchmarks", "tests")

# A place, what of ours it may import, and which other libraries. The longest place that fits a module counts; an `!`
# takes back a part of what the entry before it allows.
RULES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "moderation": (("moderation", "!moderation.service", "!moderation.classifier"), ()),
    "moderation.classifier": (
        ("moderation", "!moderation.service"),
        ("numpy", "numba", "sklearn", "scipy", "datasketch"),
    ),
    "moderation.passwords": (("moderation", "!moderation.service", "!moderation.classifier"), ("zxcvbn",)),
    "moderation.service": (("moderation", "!moderation.classifier"), ()),
    "moderation.service.evaluating": (("moderation",), ()),
    "moderation.service.judges": (("moderation",), ()),
    "moderation.service.model_report": (("moderation",), ()),
    "moderation.service.models": (("moderation",), ()),
    "moderation.service.training": (("moderation",), ()),
    "db": (("db", "moderation", "!moderation.service", "!moderation.classifier"), ("sqlalchemy", "alembic", "psycopg")),
    # Sets of readers as bitmaps, and how often each wrote.
    "db.stores.rollups": (
        ("db", "moderation", "!moderation.service", "!moderation.classifier"),
        ("sqlalchemy", "numpy", "pyroaring"),
    ),
    "dashboard": (("dashboard", "moderation", "!dashboard.ui", "!dashboard.api", "!dashboard.cli"), ("babel",)),
    "dashboard.wiring": (
        (
            "dashboard.chance",
            "dashboard.checkers",
            "dashboard.clock",
            "dashboard.settings",
            "dashboard.signing",
            "dashboard.second_factor",
            "db",
            "moderation",
        ),
        ("sqlalchemy", "argon2"),
    ),
    "dashboard.backup": (
        ("dashboard", "moderation", "!dashboard.ui", "!dashboard.api", "!dashboard.cli"),
        ("pyarrow", "pyrage"),
    ),
    "dashboard.second_factor": (("dashboard.keyfiles", "moderation"), ("cryptography", "pyotp")),
    "dashboard.oidc": (("dashboard.settings", "moderation"), ("authlib", "joserfc", "requests")),
    "dashboard.signing": (("dashboard.keyfiles", "moderation"), ("cryptography",)),
    "dashboard.parquet": (
        ("dashboard.schedule", "dashboard.settings", "moderation"),
        ("pyarrow",),
    ),
    "dashboard.querying": (("moderation",), ("duckdb",)),
    # A process of its own, which would take twice as long to start with all that the wiring knows.
    "dashboard.checker": (("dashboard.checkers", "db.log_reader", "moderation"), ()),
    "dashboard.spreadsheets": (("dashboard.i18n", "moderation"), ("xlsxwriter", "pyarrow")),
    "dashboard.pictures": (("dashboard.charts", "dashboard.i18n"), ("altair", "vl_convert")),
    "dashboard.charts": (("dashboard.charts", "dashboard.i18n", "moderation"), ("altair", "pandas", "babel")),
    "dashboard.ui": (
        ("dashboard", "moderation", "!dashboard.api", "!dashboard.cli"),
        ("streamlit", "altair", "pandas", "babel", "segno"),
    ),
    "dashboard.api": (
        ("dashboard", "moderation", "!dashboard.ui", "!dashboard.cli"),
        # Streamlit's messages are in the form of Google's Protocol Buffers, whose package comes with it.
        ("streamlit", "starlette", "uvicorn", "anyio", "google"),
    ),
    "dashboard.cli": (
        ("dashboard", "moderation", "!dashboard.ui", "!dashboard.api"),
        ("click", "rich"),
    ),
    "streamlit_app": (("dashboard",), ("streamlit",)),
}


def place_of(name: str) -> str:
    return max((place for place in RULES if _within(name, place)), key=len)


def _within(name: str, place: str) -> bool:
    return name == place or name.startswith(f"{place}.")


def is_allowed(importer: str, imported: str) -> bool:
    ours, others = RULES[place_of(importer)]
    top = imported.partition(".")[0]
    if top not in OURS:
        return top in sys.stdlib_module_names or top == "__future__" or top in others
    allowed = False
    for rule in ours:
        if _within(imported, rule.removeprefix("!")):
            allowed = not rule.startswith("!")
    return allowed


def test_arrows_point_inward() -> None:
    wrong = [
        f"{module.path}:{line} {name}"
        for module in modules(*PRODUCT)
        for line, name in module.imports()
        if not is_allowed(module.name, name)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("moderation.policy", "moderation.service.intake"),
        ("moderation.queue", "numpy"),
        ("moderation.service.intake", "sqlalchemy"),
        ("moderation.service.intake", "db.engine"),
        ("db.schema", "moderation.service.desk"),
        ("db.schema", "dashboard.settings"),
        ("dashboard.ui.main", "db.engine"),
        ("dashboard.ui.main", "dashboard.api.gate"),
        ("dashboard.cli.main", "dashboard.ui.main"),
        ("dashboard.api.gate", "dashboard.cli.main"),
        ("dashboard.i18n.catalog", "dashboard.ui.main"),
        ("dashboard.i18n.catalog", "streamlit"),
        ("dashboard.settings", "db"),
        ("streamlit_app", "db"),
        ("moderation.policy", "requests"),
    ],
)
def test_an_arrow_outward_would_be_noticed(importer: str, imported: str) -> None:
    assert not is_allowed(importer, imported)


def test_only_the_composition_root_imports_the_database() -> None:
    importers = {
        module.name
        for module in modules("moderation", "dashboard", "streamlit_app.py")
        for _, name in module.imports()
        if name.partition(".")[0] in ("db", "sqlalchemy")
    }
    assert importers == {"dashboard.wiring", "dashboard.checker"}


def test_relative_imports_are_resolved() -> None:
    tree = ast.parse("from . import a\nfrom ..x import b\nfrom .c import d")
    found = [name for _, name in Module(path="", name="p.q.r", tree=tree).imports()]
    assert found == ["p.q.a", "p.x.b", "p.q.c.d"]
