"""What is carried out with a bar is carried out to its end, whoever clicks meanwhile."""

from __future__ import annotations

import pytest
import streamlit as st
from streamlit.runtime.scriptrunner import RerunData, RerunException

from dashboard.ui.components import many


class Bar:
    """Ends the script at the given step, as Streamlit does where somebody has clicked."""

    def __init__(self, ends_at: float | None) -> None:
        self.ends_at = ends_at
        self.drawn: list[float] = []

    def progress(self, value: float, *, text: str) -> None:
        if value == self.ends_at:
            raise RerunException(RerunData())
        self.drawn.append(value)

    def empty(self) -> None:
        self.drawn.append(-1)


def carried_out(monkeypatch: pytest.MonkeyPatch, bar: Bar, done: list[int]) -> None:
    monkeypatch.setattr(st, "progress", lambda value, text: bar)
    with many.bar("en") as told:
        for number in range(1, 5):
            done.append(number)
            told(number, 4)


def test_the_bar_goes_with_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    bar, done = Bar(None), []
    carried_out(monkeypatch, bar, done)
    assert (bar.drawn, done) == ([0.25, 0.5, 0.75, 1.0, -1], [1, 2, 3, 4])


def test_a_click_meanwhile_waits_for_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    bar, done = Bar(0.5), []
    with pytest.raises(RerunException):
        carried_out(monkeypatch, bar, done)
    assert (bar.drawn, done) == ([0.25], [1, 2, 3, 4])
