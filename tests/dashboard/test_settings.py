"""What a variable may hold, where that is more than its type."""

from __future__ import annotations

import pytest

from dashboard.settings import SettingError, from_environment, without_effect


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


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, []),
        ({"TALIQ_SMTP_URL": "smtps://mail.example.org", "TALIQ_MAIL_FROM": "desk@example.org"}, []),
        (
            {"TALIQ_REPORT_TO": "editors@example.org", "TALIQ_MAIL_FROM": "desk@example.org"},
            [("TALIQ_REPORT_TO", "TALIQ_SMTP_URL")],
        ),
        (
            {"TALIQ_CHECKPOINT_MAIL": "auditor@example.org"},
            [("TALIQ_CHECKPOINT_MAIL", "TALIQ_SMTP_URL"), ("TALIQ_CHECKPOINT_MAIL", "TALIQ_MAIL_FROM")],
        ),
        ({"TALIQ_OIDC_ISSUER": "https://id.example.org"}, [("TALIQ_OIDC_ISSUER", "TALIQ_OIDC_CLIENT_ID")]),
        ({"TALIQ_OIDC_CLIENT_ID": "taliq"}, [("TALIQ_OIDC_CLIENT_ID", "TALIQ_OIDC_ISSUER")]),
        ({"TALIQ_OIDC_CLIENT_ID": "taliq", "TALIQ_OIDC_ISSUER": "https://id.example.org"}, []),
    ],
)
def test_what_is_set_in_vain_is_known(given: dict[str, str], told: list[tuple[str, str]]) -> None:
    assert list(without_effect(from_environment(given))) == told
