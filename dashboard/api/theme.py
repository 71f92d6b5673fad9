"""Streamlit's theme, read once.

Streamlit tells it to the browser with each run of a script or a part of one, and looks six times through its three
hundred options for it, under a lock that all sessions share: more than a twentieth of what a decision costs the server.
"""

from __future__ import annotations

from collections.abc import Callable

from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session

Populate = Callable[..., None]


def once(populate: Populate) -> Populate:
    """The same for each section of the configuration, which is asked for when it is wanted first."""
    kept: dict[str, CustomThemeConfig] = {}

    def filled(message: CustomThemeConfig, section: str = "theme") -> None:
        found = kept.get(section)
        if found is None:
            found = CustomThemeConfig()
            populate(found, section)
            kept[section] = found
        # A part of the message counts as there once anything is put into it, be it nothing.
        if found.ByteSize():
            message.MergeFrom(found)

    return filled


def keep() -> None:
    """For the life of this process; called once, before the first session."""
    app_session._populate_theme_msg = once(app_session._populate_theme_msg)
