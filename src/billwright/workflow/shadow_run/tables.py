"""Working tables of two drafts: temporary, made once per connection, emptied at each commit."""

from __future__ import annotations

from billwright.kernel.working_tables import empty_working_tables, make_working_tables

TABLES: dict[str, str] = {
    "run_chosen": "payer_id bigint",
    "run_other_price": "price_id bigint, other_price_id bigint",
    "run_draft": """side text, payer_id bigint, account_id bigint, currency text, charge_key text, kind text, text text,
        service_from date, service_to date, price_id bigint, formula smallint, quantity numeric,
        billed_quantity numeric, unit_price numeric, per numeric, days bigint, base_days bigint, share_percent numeric,
        amount_minor bigint, discount_minor bigint, tax_percent numeric, tax_minor bigint, gross_minor bigint,
        scale numeric, line_no bigint""",
    "run_draft_total": "side text, payer_id bigint, currency text, total_minor bigint, withheld_minor bigint",
    "run_draft_change": """payer_id bigint, account_id bigint, currency text, charge_key text, what text, cause text,
        amount_minor bigint, before text, after text""",
}


def make_tables() -> None:
    """Make the tables of this connection where they are missing, and empty those that this transaction used."""
    make_working_tables(TABLES)
    empty_working_tables(TABLES)
