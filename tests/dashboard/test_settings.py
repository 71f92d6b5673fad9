"""What a variable may hold, where that is more than its type."""

from __future__ import annotations

import pytest

from dashboard.settings import SettingError, from_environment, lacks_daily_backup, without_effect


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
        (
            {"TALIQ_CHECKPOINT_FOLDER": "heads", "TALIQ_CHECKPOINT_MINUTES": "0"},
            [("TALIQ_CHECKPOINT_FOLDER", "TALIQ_CHECKPOINT_MINUTES")],
        ),
        ({"TALIQ_OIDC_CLIENT_ID": "taliq"}, [("TALIQ_OIDC_CLIENT_ID", "TALIQ_OIDC_ISSUER")]),
        ({"TALIQ_OIDC_CLIENT_ID": "taliq", "TALIQ_OIDC_ISSUER": "https://id.example.org"}, []),
    ],
)
def test_what_is_set_in_vain_is_known(given: dict[str, str], told: list[tuple[str, str]]) -> None:
    assert list(without_effect(from_environment(given))) == told


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("TALIQ_OIDC_ISSUER", "https://"),
        ("TALIQ_OIDC_ISSUER", "https://id.example.org/.well-known/openid-configuration"),
        ("TALIQ_OIDC_ISSUER", "https://id.example.org?tenant=1"),
        ("TALIQ_OIDC_DOMAINS", "news.example,@other.example"),
        ("TALIQ_OIDC_DOMAINS", "*.news.example"),
        ("TALIQ_NIGHTLY_AT", "03:30Z"),
        ("TALIQ_REPORT_AT", "07:00+02:00"),
        # Passwords that are not quoted: 12#3, and one whose letters smtplib does not send.
        ("TALIQ_SMTP_URL", "smtp://desk:12#3@mail.example.org"),
        ("TALIQ_SMTP_URL", "smtp://desk:12?3@mail.example.org"),
        ("TALIQ_SMTP_URL", "smtp://desk:كلمة@mail.example.org"),
    ],
)
def test_what_could_never_work_stops_the_start(variable: str, value: str) -> None:
    with pytest.raises(SettingError) as refused:
        from_environment({variable: value})
    assert refused.value.variable == variable
    assert refused.value.expected


@pytest.mark.parametrize("issuer", ["https://id.example.org/realms/news", "http://localhost:8080", "http://[::1]:8080"])
def test_an_issuer_may_have_a_path(issuer: str) -> None:
    assert from_environment({"TALIQ_OIDC_ISSUER": f"{issuer}/"}).oidc_issuer == issuer


def test_a_backup_each_day_that_is_half_asked_for_is_known() -> None:
    folder, keys = {"TALIQ_BACKUP_FOLDER": "backups"}, {"TALIQ_BACKUP_RECIPIENTS": "age1x"}
    found = [lacks_daily_backup(from_environment(given)) for given in ({}, folder, keys, folder | keys)]
    assert found == [False, True, True, False]
