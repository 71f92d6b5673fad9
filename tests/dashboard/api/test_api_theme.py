"""The theme that Streamlit tells each session is told once read, the same."""

from __future__ import annotations

import pytest
from streamlit import config
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session

from dashboard.api import theme

SECTIONS = ("theme", *[f"theme.{category.value}" for category in config.CustomThemeCategories])


def filled(populate: theme.Populate) -> CustomThemeConfig:
    """Every section into a part of its own, as Streamlit does."""
    message = CustomThemeConfig()
    by_section = {
        "theme": message, "theme.light": message.light, "theme.dark": message.dark, "theme.sidebar": message.sidebar,
        "theme.light.sidebar": message.light.sidebar, "theme.dark.sidebar": message.dark.sidebar,
    }  # fmt: skip
    for section in SECTIONS:
        populate(by_section[section], section)
    return message


def test_each_session_is_told_what_streamlit_would_tell(monkeypatch: pytest.MonkeyPatch):
    """Also where a section says nothing, and at the second time."""
    original = app_session._populate_theme_msg
    monkeypatch.setattr(app_session, "_populate_theme_msg", original)
    config.get_config_options()
    expected = filled(original)
    theme.keep()
    kept = app_session._populate_theme_msg
    assert kept is not original
    for _ in range(2):
        found = filled(kept)
        assert found == expected
        assert found.SerializeToString(deterministic=True) == expected.SerializeToString(deterministic=True)
    assert expected.ByteSize() > 0


def test_the_options_are_looked_through_once(monkeypatch: pytest.MonkeyPatch):
    asked: list[str] = []

    def populate(message: CustomThemeConfig, section: str = "theme") -> None:
        asked.append(section)
        message.primary_color = section

    kept = theme.once(populate)
    for _ in range(3):
        for section in ("theme", "theme.dark"):
            message = CustomThemeConfig()
            kept(message, section)
            assert message.primary_color == section
    assert asked == ["theme", "theme.dark"]
