"""What a variable may hold, where that is more than its type."""

from __future__ import annotations

import pytest

from dashboard.settings import SettingError, from_environment


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ("desk.example.org", ("desk.example.org",)),
        ("desk.example.org, *.example.org,", ("desk.example.org", "*.example.org")),
        ("*", ("*",)),
        ("127.0.0.1,::1", ("127.0.0.1", "::1")),
        ("مكتب.example", ("xn--ngbd8eh.example",)),
    ],
)
def test_hosts_are_names_as_browsers_send_them(given: str, names: tuple[str, ...]) -> None:
    assert from_environment({"TALIQ_ALLOWED_HOSTS": given}).allowed_hosts == names


@pytest.mark.parametrize(
    "given", ["https://desk.example.org", "desk.example.org:443", "desk.example.org/taliq", "*example.org", "a..org"]
)
def test_a_host_that_no_request_can_name_stops_the_start(given: str) -> None:
    with pytest.raises(SettingError, match="without a port"):
        from_environment({"TALIQ_ALLOWED_HOSTS": f"other.example.org,{given}"})
