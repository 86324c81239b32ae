"""Settings: typed, closed, explained."""

from pathlib import Path

import pytest

from billwright.project import logs
from billwright.project.config import Config, SettingRefused, database_address
from billwright.project.home import Home


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
    ],
)
def test_a_value_that_cannot_be_used_is_refused_with_its_cure(variable, value, cure):
    with pytest.raises(SettingRefused, match=cure) as refused:
        Config.from_environ({variable: value})
    assert refused.value.variable == variable


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
