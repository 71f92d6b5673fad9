"""Deployment settings from the environment, each declared once with its help text; docs/settings.md is held to them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import time
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dashboard.mail_addresses import addresses, server_of


class SettingError(Exception):
    """A variable holds what the setting cannot be; `variable` names it."""

    def __init__(self, variable: str, expected: str) -> None:
        super().__init__(f"{variable}: expected {expected}")
        self.variable = variable
        self.expected = expected


_SQLITE = "sqlite:///"
_HOST = re.compile(r"\*|(\*\.)?[\w-]+(\.[\w-]+)*\.?", re.ASCII)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _setting(
    variable: str,
    default: Any,
    help_text: str,
    parse: Callable[[str], Any] = str,
    expected: str = "",
    *,
    secret: bool = False,
) -> Any:
    """A secret one is not shown when the settings are."""
    metadata = {"variable": variable, "help": help_text, "parse": parse, "expected": expected}
    return field(default=default, metadata=metadata, repr=not secret)


def _database(value: str) -> str:
    """In memory SQLite would lose with the process what it had acknowledged; such is an address that lacks its path."""
    if re.fullmatch(r"sqlite(\+\w+)?://(/|/:memory:)?(\?.*)?", value):
        raise ValueError(value)
    return value


def _flag(value: str) -> bool:
    known = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    return known[value.strip().lower()]


def _port(value: str) -> int:
    port = int(value)
    if not 0 < port < 65_536:
        raise ValueError(value)
    return port


def _positive(value: str) -> int:
    number = int(value)
    if number < 1:
        raise ValueError(value)
    return number


def _whole(value: str) -> int:
    number = int(value)
    if number < 0:
        raise ValueError(value)
    return number


def _address(value: str) -> str:
    if not value.startswith(("https://", "http://")):
        raise ValueError(value)
    return value


def _keys(value: str) -> str:
    """Whether each is a key is known when it is used; a private key must not get so far."""
    if not all(word.strip().startswith("age1") for word in value.split(",")):
        raise ValueError(value)
    return value


def _issuer(value: str) -> str:
    """Secrets go there, so it is https, but for a provider on this very machine."""
    on_this_machine = value.startswith(("http://localhost:", "http://127.0.0.1:", "http://[::1]:"))
    if not value.startswith("https://") and not on_this_machine:
        raise ValueError(value)
    parts = urlsplit(value)
    # Its document's address is another thing, which is made of it.
    if not parts.hostname or parts.query or parts.fragment or "/.well-known/" in parts.path:
        raise ValueError(value)
    return value.rstrip("/")


def _new_role(value: str) -> str:
    if value not in ("moderator", "editor", "auditor"):
        raise ValueError(value)
    return value


def _names(value: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in value.split(",") if name.strip())


def _mail_domains(value: str) -> tuple[str, ...]:
    """What stands behind the @ of an address, which nobody's would ever fit with it."""
    names = _names(value)
    if any(set(name) & set("@/:* ") for name in names):
        raise ValueError(value)
    return names


def _hosts(value: str) -> tuple[str, ...]:
    """As browsers name them; no request would ever fit an address or a port."""
    names = tuple(name.encode("idna").decode() for name in _names(value))
    if not all(_HOST.fullmatch(name) or is_number(name) for name in names):
        raise ValueError(value)
    return names


def is_number(name: str) -> bool:
    """Whether a host's name is an address of the Internet's."""
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _mail_server(value: str) -> str:
    server_of(value)
    return value


def _sender(value: str) -> str:
    [address] = addresses(value)
    return address


def _time(value: str) -> time:
    """By the clock of a site, so that a zone of its own would count for nothing."""
    found = time.fromisoformat(value)
    if found.tzinfo is not None:
        raise ValueError(value)
    return found


def _level(value: str) -> str:
    if value.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"):
        raise ValueError(value)
    return value.upper()


def _one_of(words: tuple[str, ...]) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value.lower() not in words:
            raise ValueError(value)
        return value.lower()

    return parse


def _digits(value: str) -> str:
    if value not in ("latn", "arab"):
        raise ValueError(value)
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    var: Path = _setting("TALIQ_VAR", Path("var"), "Folder for the SQLite database and other state.", Path)
    database_url: str = _setting(
        "TALIQ_DATABASE_URL",
        "",
        "sqlite:///PATH or postgresql://…; empty: taliq.sqlite in TALIQ_VAR.",
        _database,
        "sqlite:///PATH or postgresql://…",
    )
    host: str = _setting("HOST", "127.0.0.1", "Address that the server listens on.")
    port: int = _setting("PORT", 8501, "Port that the server listens on.", _port, "a port from 1 to 65535")
    allowed_hosts: tuple[str, ...] = _setting(
        "TALIQ_ALLOWED_HOSTS",
        (),
        "Host names under which browsers reach the desk, by commas; empty: this machine's.",
        _hosts,
        "host names such as desk.example.org, without https:// and without a port",
    )
    secure_cookies: bool = _setting(
        "TALIQ_SECURE_COOKIES", False, "Mark cookies Secure; set it behind a proxy that ends https.", _flag, "0 or 1"
    )
    model: Path | None = _setting("TALIQ_MODEL", None, "Folder of a trained model; empty: the one shipped.", Path)
    api_rate: int = _setting(
        "TALIQ_API_RATE",
        600,
        "Requests a key may make a second on average over ten.",
        _positive,
        "a whole number above 0",
    )
    digits: str = _setting(
        "TALIQ_DIGITS", "latn", "Digits in Arabic: latn (123) or arab (١٢٣).", _digits, "latn or arab"
    )
    log_level: str = _setting(
        "TALIQ_LOG_LEVEL",
        "INFO",
        "Least level of the messages on standard error.",
        _level,
        "DEBUG, INFO, WARNING or ERROR",
    )

    shared_accounts: bool = _setting(
        "TALIQ_SHARED_ACCOUNTS",
        False,
        "The sites share their readers' accounts: one id is one person on all of them.",
        _flag,
        "0 or 1",
    )
    signing_key: Path | None = _setting(
        "TALIQ_SIGNING_KEY",
        None,
        "File of the key that signs the logs' heads; empty: signing.key beside the data.",
        Path,
    )
    checkpoint_minutes: int = _setting(
        "TALIQ_CHECKPOINT_MINUTES", 60, "How often a log that grew is signed; 0: never.", _whole, "a whole number"
    )
    checkpoint_folder: Path | None = _setting(
        "TALIQ_CHECKPOINT_FOLDER", None, "Folder to which each signed head is written as well.", Path
    )
    checkpoint_url: str = _setting(
        "TALIQ_CHECKPOINT_URL", "", "http(s) address to which each signed head is posted.", _address, "an http address"
    )
    nightly_at: time = _setting(
        "TALIQ_NIGHTLY_AT",
        time(3, 30),
        "When the night's jobs begin, by the clock of the first site.",
        _time,
        "a time of day as 03:30",
    )
    parquet_folder: Path | None = _setting(
        "TALIQ_PARQUET_FOLDER", None, "Folder to which each night's Parquet files are written; empty: none.", Path
    )
    parquet_texts: bool = _setting(
        "TALIQ_PARQUET_TEXTS", False, "Write readers' texts and names as well, to files of their own.", _flag, "0 or 1"
    )
    backup_folder: Path | None = _setting(
        "TALIQ_BACKUP_FOLDER", None, "Folder of the encrypted backups, best on another machine.", Path
    )
    backup_recipients: str = _setting(
        "TALIQ_BACKUP_RECIPIENTS", "", "Public keys by commas; with the folder: a backup each day.", _keys, "age1…"
    )
    backup_passphrase: str = _setting(
        "TALIQ_BACKUP_PASSPHRASE",
        "",
        "Passphrase for `taliq backup --passphrase` and `taliq restore`; empty: asked for.",
        secret=True,
    )
    backup_keep: int = _setting(
        "TALIQ_BACKUP_KEEP", 14, "How many backups stay in the folder.", _positive, "a whole number above 0"
    )
    report_folder: Path | None = _setting(
        "TALIQ_REPORT_FOLDER", None, "Folder to which each week's report is written; empty: none.", Path
    )
    report_to: tuple[str, ...] = _setting(
        "TALIQ_REPORT_TO", (), "Mailboxes that get each week's report, by commas.", addresses, "mail addresses"
    )
    report_day: str = _setting(
        "TALIQ_REPORT_DAY",
        "sunday",
        "The weekday on which the seven days before it are reported on.",
        _one_of(WEEKDAYS),
        "a weekday in English",
    )
    report_at: time = _setting(
        "TALIQ_REPORT_AT",
        time(7),
        "When it is made, by the clock of the site.",
        _time,
        "a time of day as 07:00",
    )
    report_language: str = _setting(
        "TALIQ_REPORT_LANGUAGE", "", "Its language; empty: the site's.", _one_of(("ar", "en")), "ar or en"
    )
    checkpoint_mail: tuple[str, ...] = _setting(
        "TALIQ_CHECKPOINT_MAIL",
        (),
        "Mail addresses that get a head of each log once a day, by commas.",
        addresses,
        "mail addresses",
    )
    smtp_url: str = _setting(
        "TALIQ_SMTP_URL",
        "",
        "The mail server: smtp://USER:PASSWORD@HOST:PORT, smtps:// or smtp+plain://.",
        _mail_server,
        "a mail server's address",
    )
    mail_from: str = _setting("TALIQ_MAIL_FROM", "", "The address that mail comes from.", _sender, "a mail address")
    oidc_issuer: str = _setting(
        "TALIQ_OIDC_ISSUER",
        "",
        "Issuer of the identity provider for sign-in by OpenID Connect.",
        _issuer,
        "an https address, without /.well-known/openid-configuration",
    )
    oidc_client_id: str = _setting("TALIQ_OIDC_CLIENT_ID", "", "This desk's client id there.")
    oidc_client_secret: str = _setting("TALIQ_OIDC_CLIENT_SECRET", "", "This desk's secret there.", secret=True)
    oidc_name: str = _setting("TALIQ_OIDC_NAME", "SSO", "What people call the provider; stands on the button.")
    oidc_domains: tuple[str, ...] = _setting(
        "TALIQ_OIDC_DOMAINS",
        (),
        "E-mail domains whose people may come in by the provider; empty: any.",
        _mail_domains,
        "domains such as news.example, by commas",
    )
    oidc_trust_email: bool = _setting(
        "TALIQ_OIDC_TRUST_EMAIL",
        False,
        "An e-mail counts although the provider says nothing of whether it is verified.",
        _flag,
        "0 or 1",
    )
    oidc_default_role: str = _setting(
        "TALIQ_OIDC_DEFAULT_ROLE",
        "",
        "Role of the account that a person unknown here gets; empty: none.",
        _new_role,
        "moderator, editor or auditor",
    )

    @property
    def _place(self) -> Path:
        """Keys are beside the SQLite file, so that one folder is all of a desk."""
        return Path(self.database.removeprefix(_SQLITE)).parent if self.database.startswith(_SQLITE) else self.var

    @property
    def key_file(self) -> Path:
        return self.signing_key or self._place / "signing.key"

    @property
    def secrets_file(self) -> Path:
        """The key under which the secrets of second factors are stored."""
        return self._place / "secrets.key"

    @property
    def key_files(self) -> dict[str, Path]:
        """The key files by the name that each has in a backup."""
        return {"signing.key": self.key_file, "secrets.key": self.secrets_file}

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{(self.var / 'taliq.sqlite').absolute()}"


# What does nothing without others, and is no mistake that could stop the start: the rest of a desk works.
_NEEDS = {
    "checkpoint_mail": ("smtp_url", "mail_from", "checkpoint_minutes"),
    "checkpoint_folder": ("checkpoint_minutes",),
    "checkpoint_url": ("checkpoint_minutes",),
    "report_to": ("smtp_url", "mail_from"),
    "oidc_issuer": ("oidc_client_id",),
    "oidc_client_id": ("oidc_issuer",),
    "oidc_trust_email": ("oidc_issuer",),
}


def without_effect(settings: Settings) -> Iterator[tuple[str, str]]:
    """The variables that are set in vain, each with one that it lacks."""
    variables = {declared.name: declared.metadata["variable"] for declared in fields(Settings)}
    for name, needed in _NEEDS.items():
        if getattr(settings, name):
            yield from ((variables[name], variables[other]) for other in needed if not getattr(settings, other))


def lacks_daily_backup(settings: Settings) -> bool:
    """Whether a backup each day is half asked for; either variable alone still serves `taliq backup`."""
    return bool(settings.backup_folder) != bool(settings.backup_recipients)


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """SettingError names the first variable that cannot be read."""
    given = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    for declared in fields(Settings):
        variable = declared.metadata["variable"]
        raw = given.get(variable, "")
        if raw == "":
            continue
        try:
            values[declared.name] = declared.metadata["parse"](raw)
        except (ValueError, KeyError) as error:
            raise SettingError(variable, declared.metadata["expected"]) from error
    return Settings(**values)
