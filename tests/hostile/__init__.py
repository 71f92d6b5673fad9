"""Strings that attack, in families; whatever runs one sets `window.attacked`, opens a dialog or asks evil.example."""
