"""The wording commands, as they are typed."""

import json

import pytest
from typer.testing import CliRunner

from billwright.interfaces.cli.wording import app
from billwright.kernel.errors import Refusal

pytestmark = pytest.mark.django_db


def type_in(*words):
    result = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_words_are_saved_from_a_file_and_taken_back(tmp_path):
    body = tmp_path / "body.txt"
    body.write_bytes("Guten Tag {name},\r\n{number}".encode("utf-8-sig"))
    saved = type_in("save", "receipt.issued", "de", "--subject", "Danke", "--body-file", str(body), "--json")
    assert json.loads(saved)["body"] == "Guten Tag {name},\n{number}"
    assert "Guten Tag Account Holder (invented),\nINV-000123" in type_in("show", "receipt.issued", "de", "--example")
    assert "shipped" in type_in("restore", "receipt.issued", "de", "--reason", "Too short")
    assert [row["is_own"] for row in json.loads(type_in("versions", "receipt.issued", "de", "--json"))] == [False, True]
    assert "Operator" in type_in("versions", "receipt.issued", "de")
    assert len(json.loads(type_in("list", "--mail", "receipt.issued", "--json"))) == 5
    body.write_bytes(b"\xff{name}")
    with pytest.raises(Refusal, match="UTF-8"):
        type_in("save", "receipt.issued", "de", "--subject", "Danke", "--body-file", str(body))
