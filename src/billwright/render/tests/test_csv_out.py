import csv
import io
from datetime import date
from decimal import Decimal

import pytest

from billwright.kernel.money import Money
from billwright.render.csv_out import write_csv


def read_rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.parametrize("attack", ["=1+1", "+1", "-1+cmd|' /C calc'!A0", "@SUM(1)", "\t=1", "  =1", "＝1+1"])
def test_text_that_would_run_is_disarmed(attack: str) -> None:
    assert read_rows(write_csv(columns=["a"], rows=[[attack]]))[1] == [f"'{attack}"]


def test_a_header_is_text_from_outside_too() -> None:
    assert read_rows(write_csv(columns=["=1"], rows=[]))[0] == ["'=1"]


def test_numbers_and_dates_are_written_for_programs() -> None:
    row = [Money.of("-1234.50", "ZAR"), Decimal("1E-7"), date(2026, 8, 3), None, True, 7]
    assert read_rows(write_csv(columns=list("abcdef"), rows=[row]))[1] == [
        "-1234.50",
        "0.0000001",
        "2026-08-03",
        "",
        "true",
        "7",
    ]


def test_excel_is_told_that_the_file_is_utf8() -> None:
    assert write_csv(columns=["име"], rows=[]).startswith(b"\xef\xbb\xbf")


def test_quotes_and_line_breaks_survive() -> None:
    text = 'a "b",\r\nc'
    assert read_rows(write_csv(columns=["a"], rows=[[text]]))[1] == [text]
