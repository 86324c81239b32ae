import pytest
from django.db import connection

pytestmark = pytest.mark.django_db


def test_schema_is_there():
    with connection.cursor() as c:
        c.execute("select count(*) from org_currency")
        assert c.fetchone()[0] > 100
