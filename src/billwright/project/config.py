"""Every setting of an installation, read once from the environment into one frozen object.

The table in ``docs/operations.md`` is made from these fields; a test fails when the two differ. Nothing else in
Billwright reads the environment.
"""

import types
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, NoReturn, get_args, get_type_hints
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import dj_database_url

PREFIX = "BILLWRIGHT_"
TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
PORT_MAX = 65_535
COUNT_MAX = 2**31 - 1
# Of letters and digits at random so many cannot be guessed.
KEY_LENGTH_MIN = 20
FALSE_WORDS = frozenset({"0", "false", "no", "off", ""})


class SettingRefused(ValueError):
    """A setting whose value cannot be used: names the variable and the cure."""

    def __init__(self, variable: str, *, found: str, cure: str) -> None:
        super().__init__(f"{variable}={found!r} cannot be used. {cure}")
        self.variable = variable
        self.cure = cure


def setting(
    default: Any, about: str, *, variable: str = "", secret: bool = False, least: int = 0, most: int = COUNT_MAX
) -> Any:
    """Declare one setting: its default, its sentence in the table, and its variable if that has no prefix of ours.

    `least` and `most` bound a number; of a secret `least` is how many characters it has, where it is not empty.
    """
    return field(
        default=default,
        metadata={"about": about, "variable": variable, "secret": secret, "least": least, "most": most},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The settings of one installation; every field is a variable ``BILLWRIGHT_<FIELD>``."""

    home: Path | None = setting(
        None, "Folder for the database, files, keys and logs. In a clone `./.billwright`, else the user's data folder."
    )
    database_url: str = setting(
        "",
        "Own PostgreSQL server (16 or newer) for web and worker. Empty: the embedded server.",
        variable="DATABASE_URL",
        secret=True,
    )
    owner_database_url: str = setting(
        "", "Connection of the role that migrates. Empty: the same as `DATABASE_URL`.", secret=True
    )
    secret_key: str = setting(
        "", "Signs sessions and links. Empty: made on first start, kept in the home.", secret=True, least=KEY_LENGTH_MIN
    )
    master_key: str = setting(
        "",
        "Encrypts personal values. Empty: made on first start, kept in the home. Losing it loses them.",
        secret=True,
        least=KEY_LENGTH_MIN,
    )
    host: str = setting("127.0.0.1", "Address on which the web server listens.")
    port: int = setting(0, "Port of the web server. 0: 8000, and in a clone any free port.", most=PORT_MAX)
    public_url: str = setting("", "Address that people type, used in letters and links. Empty: host and port.")
    allowed_hosts: tuple[str, ...] = setting(
        ("localhost", "127.0.0.1", "[::1]"), "Host names answered, separated by commas."
    )
    https: bool = setting(False, "Served behind HTTPS: secure cookies, redirect, trusted forwarding header.")
    hsts_seconds: int = setting(31_536_000, "With HTTPS: how long browsers must insist on it. 0: not sent.")
    debug: bool = setting(False, "Show errors in the browser. Never with real customers.")
    language: str = setting("en", "Language of pages and documents where nobody chose one: en, af, bg, de, hi.")
    time_zone: str = setting("UTC", "Time zone of pages where nobody chose one (IANA name).")
    web_processes: int = setting(2, "Processes of the web server.", least=1, most=256)
    web_threads: int = setting(4, "Threads in each process of the web server.", least=1, most=256)
    worker_slots: int = setting(4, "Jobs that the worker runs at the same time.", least=1, most=256)
    pg_memory: int = setting(0, "Memory in MB that the embedded server plans with. 0: a quarter, at most 8192.")
    pg_os_user: str = setting("billwright", "Account that runs the embedded server when Billwright is started by root.")
    run_dir: Path = setting(Path("/tmp"), "Folder for the embedded server's socket; the path must be short.")  # noqa: S108 - a private folder is made inside
    mail_host: str = setting("", "SMTP server. Empty: mail is kept and can be read in the outbox page.")
    mail_port: int = setting(587, "Port of the SMTP server.", least=1, most=PORT_MAX)
    mail_user: str = setting("", "Log-in at the SMTP server.")
    mail_password: str = setting("", "Password at the SMTP server.", secret=True)
    mail_security: str = setting("starttls", "`starttls`, `tls` or `none`.")
    mail_from: str = setting("billing@localhost", "Sender where a legal entity states none.")
    session_hours: int = setting(12, "Hours after which a log-in must be repeated.", least=1)
    login_failures_max: int = setting(5, "Wrong log-ins of one user and address before both are locked out.", least=1)
    login_lock_minutes: int = setting(15, "Minutes of that lock.", least=1)
    log_format: str = setting("text", "`text` for people, `json` for machines.")
    log_level: str = setting("INFO", "`DEBUG`, `INFO`, `WARNING` or `ERROR`.")

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Config":
        """Read every setting, refusing a value that cannot be used and a ``BILLWRIGHT_`` name that does not exist."""
        hints = get_type_hints(cls)
        known = {variable_of(name): name for name in hints}
        for variable in environ:
            if variable.startswith(PREFIX) and variable not in known:
                raise SettingRefused(variable, found=environ[variable], cure="No setting has this name; see the table.")
        given = {
            name: _parse(variable, environ[variable], hints[name], _declared(name).metadata)
            for variable, name in known.items()
            if variable in environ
        }
        config = cls(**given)
        config._check_choices()
        config._check_texts()
        return config

    def _check_choices(self) -> None:
        choices = {
            "language": {"en", "af", "bg", "de", "hi"},
            "mail_security": {"starttls", "tls", "none"},
            "log_format": {"text", "json"},
            "log_level": {"DEBUG", "INFO", "WARNING", "ERROR"},
        }
        for name, allowed in choices.items():
            if getattr(self, name) not in allowed:
                raise SettingRefused(
                    variable_of(name), found=getattr(self, name), cure=f"Use one of: {', '.join(sorted(allowed))}."
                )

    def _check_texts(self) -> None:
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            _refuse("time_zone", self.time_zone, "Use a name of the IANA database, such as Africa/Johannesburg.")
        address = urlsplit(self.public_url)
        if self.public_url and (address.scheme not in ("http", "https") or not address.hostname):
            _refuse("public_url", self.public_url, "Use https://host or http://host, with a port where it has one.")
        if "@" not in self.mail_from:
            _refuse("mail_from", self.mail_from, "Use an address, such as billing@example.com.")
        for name in ("database_url", "owner_database_url"):
            if getattr(self, name):
                database_address(getattr(self, name), variable=variable_of(name))


def variable_of(name: str) -> str:
    """The environment variable of a field, e.g. ``mail_host`` -> ``BILLWRIGHT_MAIL_HOST``."""
    return str(_declared(name).metadata["variable"]) or PREFIX + name.upper()


def _declared(name: str) -> Field[Any]:
    return next(entry for entry in fields(Config) if entry.name == name)


def _refuse(name: str, found: str, cure: str) -> NoReturn:
    raise SettingRefused(variable_of(name), found=found, cure=cure)


def database_address(url: str, *, variable: str = "DATABASE_URL") -> dict[str, Any]:
    """A database address as an entry of Django's ``DATABASES``; refuses anything but PostgreSQL.

    The refusal names the scheme alone: an address holds a password.
    """
    if not url.startswith(("postgres://", "postgresql://")):
        raise SettingRefused(variable, found=url.split(":")[0], cure="Use postgresql://user:password@host/name.")
    address: dict[str, Any] = {"OPTIONS": {}, **dj_database_url.parse(url)}
    return address


def _parse(variable: str, text: str, kind: Any, bounds: Mapping[str, Any]) -> Any:
    if isinstance(kind, types.UnionType):
        if not text:
            return None
        kind = next(part for part in get_args(kind) if part is not type(None))
    if kind is int:
        return _parse_count(variable, text, least=bounds["least"], most=bounds["most"])
    parsers: dict[Any, Callable[[str, str], Any]] = {bool: _parse_bool, Path: _parse_path}
    if kind in parsers:
        return parsers[kind](variable, text)
    if kind is str:
        if bounds["secret"] and 0 < len(text) < bounds["least"]:
            raise SettingRefused(
                variable, found="***", cure=f"Use {bounds['least']} random characters or more, or leave it empty."
            )
        return text
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _parse_bool(variable: str, text: str) -> bool:
    word = text.strip().lower()
    if word in TRUE_WORDS | FALSE_WORDS:
        return word in TRUE_WORDS
    raise SettingRefused(variable, found=text, cure="Use yes or no.")


def _parse_count(variable: str, text: str, *, least: int, most: int) -> int:
    if text.strip().isdecimal() and least <= int(text) <= most:
        return int(text)
    upper = "or more" if most == COUNT_MAX else f"to {most}"
    raise SettingRefused(variable, found=text, cure=f"Use a whole number, {least} {upper}.")


def _parse_path(_variable: str, text: str) -> Path:
    return Path(text).expanduser().absolute()


def table() -> str:
    """The table of settings in Markdown, as it stands in ``docs/operations.md``."""
    lines = ["| Variable | Default | Meaning |", "|---|---|---|"]
    for entry in fields(Config):
        default = entry.default
        shown = ",".join(default) if isinstance(default, tuple) else default
        text = "" if shown in (None, "") else f"`{'no' if shown is False else shown}`"
        lines.append(f"| `{variable_of(entry.name)}` | {text} | {entry.metadata['about']} |")
    return "\n".join(lines) + "\n"
