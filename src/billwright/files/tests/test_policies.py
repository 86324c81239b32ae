from datetime import date

import pytest

from billwright.files.policies import kept_until
from billwright.files.states import RetentionClass


@pytest.mark.parametrize(
    ("country", "retention_class", "last_day"),
    [
        ("ZA", RetentionClass.CONTRACT, date(2033, 12, 31)),
        ("DE", RetentionClass.TAX_DOCUMENT, date(2034, 12, 31)),
        ("DE", RetentionClass.CORRESPONDENCE, date(2032, 12, 31)),
        ("IN", RetentionClass.TAX_DOCUMENT, date(2034, 12, 31)),
        ("XX", RetentionClass.CORRESPONDENCE, date(2036, 12, 31)),
        ("DE", RetentionClass.WORKING_FILE, date(2028, 12, 31)),
    ],
)
def test_a_file_is_kept_to_the_end_of_a_year_by_class_and_country(country, retention_class, last_day):
    assert kept_until(retention_class=retention_class, country=country, stored_on=date(2026, 3, 10)) == last_day
