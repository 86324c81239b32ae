"""Working tables of a recognition: temporary, emptied at each commit; a test can look at every stage."""

from __future__ import annotations

from billwright.kernel.working_tables import empty_working_tables, make_working_tables

TABLES: dict[str, str] = {
    "revenue_line": """head_invoice_id bigint, head_line_no integer, invoice_id bigint, line_no integer,
        legal_entity_id bigint, ledger_account_id bigint, currency text, service_from date, ends_before date,
        net_minor bigint, base_minor bigint, accounting_date date, is_new boolean""",
    "revenue_month": """head_invoice_id bigint, head_line_no integer, starts_on date, net_minor bigint,
        base_minor bigint""",
    "revenue_head": """head_invoice_id bigint, head_line_no integer, ledger_account_id bigint, currency text,
        net_minor bigint, base_minor bigint, done_minor bigint, done_base_minor bigint, due_minor bigint,
        due_base_minor bigint""",
}


def make_tables() -> None:
    """Make the working tables of this connection where they are missing, and empty those that this transaction used."""
    make_working_tables(TABLES)
    empty_working_tables(TABLES)
