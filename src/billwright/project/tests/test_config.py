"""Settings: typed, closed, explained."""

from pathlib import Path

import pytest

from billwright.project import logs
from billwright.project.config import Config, SettingRefused, database_address
from billwright.project.home import Home
from billwright.project.runtime.tuning import configuration, default_tuning


def test_values_are_typed():
    config = Config.from_environ(
        {
            "BILLWRIGHT_PORT": "8080",
            "BILLWRIGHT_HTTPS": "yes",
            "BILLWRIGHT_HOME": "/srv/bill",
            "BILLWRIGHT_ALLOWED_HOSTS": "a.example, b.example",
            "UNRELATED": "x",
        }
    )
    assert (config.port, config.https, config.home) == (8080, True, Path("/srv/bill"))
    assert config.allowed_hosts == ("a.example", "b.example")


@pytest.mark.parametrize(
    ("variable", "value", "cure"),
    [
        ("BILLWRIGHT_PROT", "8080", "No setting has this name"),
        ("BILLWRIGHT_PORT", "eighty", "whole number"),
        ("BILLWRIGHT_PORT", "-1", "whole number"),
        ("BILLWRIGHT_HTTPS", "maybe", "yes or no"),
        ("BILLWRIGHT_LANGUAGE", "xx", "Use one of"),
        ("BILLWRIGHT_MAIL_SECURITY", "ssl", "Use one of"),
        ("BILLWRIGHT_PORT", "70000", "0 to 65535"),
        ("BILLWRIGHT_MAIL_PORT", "0", "1 to 65535"),
        ("BILLWRIGHT_WEB_PROCESSES", "0", "1 to 256"),
        ("BILLWRIGHT_SESSION_HOURS", "0", "1 or more"),
        ("BILLWRIGHT_LOGIN_FAILURES_MAX", "99999999999", "1 or more"),
        ("BILLWRIGHT_TIME_ZONE", "Mars/X", "Africa/Johannesburg"),
        ("BILLWRIGHT_TIME_ZONE", "../etc/passwd", "Africa/Johannesburg"),
        ("BILLWRIGHT_PUBLIC_URL", "nonsense", "https://host"),
        ("BILLWRIGHT_MAIL_FROM", "bad", "an address"),
        ("BILLWRIGHT_SECRET_KEY", "a", "20 random characters"),
        ("BILLWRIGHT_MASTER_KEY", "short", "20 random characters"),
        ("BILLWRIGHT_OWNER_DATABASE_URL", "xx://secret@host/", "postgresql://"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_with_its_cure(variable, value, cure):
    with pytest.raises(SettingRefused, match=cure) as refused:
        Config.from_environ({variable: value})
    assert refused.value.variable == variable
    assert "secret@" not in str(refused.value)


def test_only_postgresql_is_accepted():
    with pytest.raises(SettingRefused, match="postgresql://"):
        database_address("sqlite:///x.db")


def test_a_key_is_made_once_and_kept_to_its_owner(tmp_path):
    home = Home(tmp_path / "home")
    first = home.secret(home.secret_key_file)
    assert len(first) > 40
    assert Home(tmp_path / "home").secret(home.secret_key_file) == first
    assert home.secret_key_file.stat().st_mode & 0o077 == 0


def test_secrets_are_masked_in_log_lines_at_any_depth():
    event = logs.mask_secrets(
        None, "info", {"event": "x", "password": "p", "headers": {"Authorization": "b"}, "rows": [{"iban": "i"}]}
    )
    assert event == {"event": "x", "password": "***", "headers": {"Authorization": "***"}, "rows": [{"iban": "***"}]}


REFUSED_ROW = 'IntegrityError: null value in column "x"\nDETAIL:  Failing row contains (7, ana@karoo.example).\n'


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("Gone: /pay/s3cret-t0ken/begin/", "Gone: /pay/***/begin/"),
        ("Not Found: /webhooks/wh_abc123/", "Not Found: /webhooks/***/"),
        ("<WSGIRequest: GET '/pay/s3cret'>", "<WSGIRequest: GET '/pay/***'>"),
        (REFUSED_ROW, 'IntegrityError: null value in column "x"\nDETAIL: ***\n'),
        ("Not Found: /payments/7/", "Not Found: /payments/7/"),
    ],
)
def test_addresses_that_open_without_a_log_in_and_refused_rows_are_not_in_log_lines(told, kept):
    assert logs.mask_texts(None, "warning", {"event": told}) == {"event": kept}


def test_the_log_of_the_database_has_no_values_of_statements():
    text = configuration(default_tuning(memory_mb=512), socket_folder=Path("/tmp"), clone_files=False)
    assert "log_min_error_statement = panic" in text
    assert "log_error_verbosity = terse" in text
    assert "log_min_duration_statement" not in text


@pytest.mark.parametrize("address", ["/login/", "/api/v1/accounts", "/health/live"])
@pytest.mark.django_db
def test_nothing_is_kept_by_browsers_and_proxies(client, address):
    assert "no-store" in client.get(address)["Cache-Control"]
