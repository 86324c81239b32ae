"""Working tables of a shard: temporary, made once per connection, emptied at each commit, read by nobody else.

Every stage leaves its rows here, so that a stage can be looked at in a test, a preview or an incident.
"""

from __future__ import annotations

import re

from billwright.kernel.working_tables import empty_working_tables, make_working_tables

TABLES: dict[str, str] = {
    "run_entity": """legal_entity_id bigint, base_currency text, base_exponent smallint, accounting_date date,
        month_ends_before date, correction text, zero_lines text, credit_use text, day_count text,
        tax_rounding text, stub text, arrears_on text, first_tier_flat_at_zero text, minimum_proration text,
        late_usage text, rounding text, tax_prices text, discount_tax text, discount_limits text, credit_cap text,
        negative_total text, e_invoice text, invoice_series_id bigint""",
    "run_price": """price_id bigint, plan_charge_id bigint, plan_id bigint, currency text, model text, timing text,
        interval_unit text, interval_count integer, meter text, unit_price numeric, per numeric, step numeric,
        package_size numeric, included numeric, included_records integer, percent numeric, fixed numeric,
        record_minimum numeric, record_maximum numeric, by_property text, minimum numeric, maximum numeric,
        connect numeric, cap numeric, name text, product_code text, family text, tax_category text, grace_days integer,
        ahead_days integer, due_on_renewal boolean, day_count text, stub text, arrears_on text,
        first_tier_flat_at_zero text, minimum_proration text, late_usage text, rounding text, tax_prices text,
        discount_tax text, discount_limits text, credit_cap text, zero_lines text""",
    "run_currency": "legal_entity_id bigint, currency text, scale numeric, base_factor numeric, valid_until date",
    "run_ledger": "legal_entity_id bigint, role text, family text, ledger_account_id bigint",
    "run_tax": """legal_entity_id bigint, tax_treatment text, tax_category text, tax_code text,
        percent numeric""",
    "run_tax_component": """tax_code text, tax_percent numeric, component text, percent numeric, withheld boolean""",
    "run_line_tax": """line_id bigint, payer_id bigint, split_key text, tax_code text, tax_percent numeric,
        component text, percent numeric, withheld boolean, includes_tax boolean, is_after_tax boolean, base numeric,
        tax_minor bigint""",
    "run_payer": """payer_id bigint, legal_entity_id bigint, currency text, tax_treatment text, state text,
        terms_days integer, payment_parts jsonb, language text, purchase_order text, cost_center text,
        place_of_supply text, customer_id bigint, correction text, credit_use text, tax_rounding text, rounding text,
        negative_total text, tax_prices text, discount_tax text, split_by text, required_references jsonb,
        owes_e_invoice boolean""",
    "run_account": """account_id bigint, day date, purchase_order text, cost_center text, timezone text,
        day_count text, stub text, arrears_on text, first_tier_flat_at_zero text, minimum_proration text,
        late_usage text, rounding text, tax_prices text, discount_tax text, discount_limits text, credit_cap text,
        zero_lines text""",
    "run_hold": "account_id bigint, subscription_id bigint, hold_id bigint",
    "run_split": "payer_id bigint, split_by text",
    "run_reference": "subscription_id bigint, purchase_order text, cost_center text",
    "run_document_reference": "payer_id bigint, split_key text, purchase_order text, cost_center text",
    "run_due": """payer_id bigint, item_id bigint, account_id bigint, subscription_id bigint, price_id bigint,
        grid_id bigint, quantity numeric, billed_through date, claim_no integer, horizon date, effective_from date,
        effective_to date, free_until date, from_seconds integer, to_seconds integer, share_percent numeric,
        clause text""",
    "run_minimum": "price_id bigint, account_id bigint",
    "run_ended": """item_id bigint, period_from date, period_to date, service_from date, service_to date""",
    "run_unowed": "item_id bigint",
    "run_slice": """slice_id bigint generated always as identity, payer_id bigint, account_id bigint,
        subscription_id bigint, item_id bigint, price_id bigint, claim_no integer, kind text, model text, text text,
        period_from date, period_to date, service_from date, service_to date, days bigint, base_days bigint,
        quantity numeric, share_percent numeric, is_closing boolean, scale numeric, legal_entity_id bigint, clause text,
        zero_lines text, first_tier_flat_at_zero text, minimum_proration text, rounding text, tax_prices text,
        discount_tax text, discount_limits text""",
    "run_usage": """slice_id bigint, quantity numeric, record_count integer, first_at timestamptz, last_at timestamptz,
        digest uuid""",
    "run_metered": """payer_id bigint, item_id bigint, account_id bigint, subscription_id bigint, price_id bigint,
        grid_id bigint, effective_from date, effective_to date, billed_through date, claim_no integer, meter text,
        timezone text, billed_at timestamptz, late_usage text, is_netted boolean""",
    "run_late": """payer_id bigint, item_id bigint, account_id bigint, subscription_id bigint, price_id bigint,
        grid_id bigint, claim_no integer, billed_through date, period_from date, period_to date, service_from date,
        service_to date""",
    "run_billed": "slice_id bigint, amount_minor bigint, drops_zero boolean",
    "run_window": """slice_id bigint, subscription_id bigint, meter_id bigint, aggregate text, starts_at timestamptz,
        ends_at timestamptz, period_seconds numeric""",
    "run_measure": """slice_id bigint, meter_id bigint, quantity numeric, record_count integer, first_at timestamptz,
        last_at timestamptz, hash numeric""",
    "run_record": """slice_id bigint, record_id bigint, key text, billed numeric, amount numeric, rated boolean,
        prefix text, parts jsonb""",
    "run_bank": """payer_id bigint, account_id bigint, subscription_id bigint, item_id bigint, price_id bigint,
        claim_no integer, kind text, period_from date, period_to date, quantity numeric, unit_price numeric""",
    "run_lot": """payer_id bigint, lot_id bigint, subscription_id bigint, meter text, units numeric, granted_on date,
        expires_on date, item_id bigint, period_from date""",
    "run_draw": """payer_id bigint, lot_id bigint, item_id bigint, claim_no integer, period_from date,
        units numeric""",
    "run_part": """slice_id bigint, part_no integer, label text, quantity numeric, unit_price numeric, flat numeric,
        percent numeric, package_size numeric, amount numeric""",
    "run_line": """line_id bigint generated always as identity, payer_id bigint, split_key text, account_id bigint,
        item_id bigint, charge_id bigint, kind text, text text, service_from date, service_to date, claim_no integer,
        price_id bigint, formula smallint, quantity numeric, billed_quantity numeric, unit_price numeric, days bigint,
        base_days bigint, period_from date, period_to date, share_percent numeric, rounding text, numerator numeric,
        divisor numeric, slice_id bigint, subscription_id bigint, usage_count integer, usage_digest uuid,
        clause text, amount_minor bigint, discount_minor bigint, tax_code text, tax_percent numeric, family text,
        product_code text, purchase_order text, cost_center text,
        credits_invoice_id bigint, credits_line_no integer, tax_prices text, gross_minor bigint,
        gross_discount_minor bigint, exact_amount numeric, exact_discount numeric,
        spend_limit_id bigint""",
    "run_limit": """limit_no bigint generated always as identity, rank integer, slice_id bigint, payer_id bigint,
        account_id bigint, subscription_id bigint, item_id bigint, price_id bigint, claim_no integer, name text,
        period_from date, period_to date, service_from date, service_to date, days bigint, base_days bigint,
        minimum numeric, maximum numeric, minimum_minor numeric, maximum_minor numeric, is_due boolean, turn text,
        item_ids bigint[], plan_minimums bigint[], agreement_id bigint, place integer""",
    "run_standing": """limit_no bigint, invoice_id bigint, line_no integer, kind text, tax_code text,
        tax_percent numeric, counted_minor bigint, amount_minor bigint, is_top_up boolean""",
    "run_limited": "limit_no bigint, line_id bigint",
    "run_offer": """line_id bigint, payer_id bigint, place bigint, discount_id bigint, name text, percent numeric,
        amount_minor numeric, period_from date""",
    "run_line_discount": """discount_no bigint generated always as identity, line_id bigint, discount_id bigint,
        name text, percent numeric, amount_minor numeric, period_from date""",
    "run_document_tax": """payer_id bigint, split_key text, tax_code text, tax_percent numeric, component text,
        percent numeric, net_minor bigint, tax_minor bigint, withheld boolean""",
    "run_document": """document_no bigint, payer_id bigint, split_key text, kind text, corrects_id bigint,
        line_count integer, net_minor bigint, tax_minor bigint, total_minor bigint, withheld_minor bigint""",
    "run_share": "line_id bigint, document_no bigint, line_no integer, tax_minor bigint",
    "run_digest": """payer_id bigint, line_count integer, net_minor bigint, tax_minor bigint, total_minor bigint,
        digest uuid""",
    "run_check": """legal_entity_id bigint, code text, severity text, factor numeric, minimum numeric, days integer""",
    "run_finding": "payer_id bigint, item_id bigint, code text, severity text, facts jsonb",
    "run_verdict": "payer_id bigint, outcome text",
    "run_renewal": "document_no bigint, renews_on date",
    "run_issue": """document_no bigint, invoice_id bigint, entry_id bigint, open_item_id bigint, payer_id bigint,
        split_key text, kind text, corrects_id bigint, legal_entity_id bigint, currency text, base_factor numeric,
        accounting_date date, month_ends_before date, due_date date, net_minor bigint, tax_minor bigint,
        total_minor bigint, withheld_minor bigint""",
    "run_post": """line_id bigint, invoice_id bigint, entry_id bigint, base_factor numeric, ledger_account_id bigint,
        deferred boolean""",
    "run_party": "payer_id bigint, digest uuid, party jsonb",
    "run_snapshot": "payer_id bigint, buyer_id bigint, seller_id bigint",
    "run_installment": """document_no bigint, part_no smallint, open_item_id bigint, due_date date,
        amount_minor bigint""",
    "run_own_credit": "document_no bigint, open_item_id bigint, amount_minor bigint",
    "run_source": """payer_id bigint, cash_id bigint, credit_item_id bigint, starts_at numeric, ends_at numeric""",
    "run_allocation": """entry_id bigint, document_no bigint, open_item_id bigint, cash_id bigint,
        credit_item_id bigint, amount_minor bigint""",
    "run_foreign": "payer_id bigint",
    "run_carried": """document_no bigint, open_item_id bigint, cash_id bigint, credit_item_id bigint,
        amount_minor bigint, of_source bigint, of_item bigint, entry_id bigint""",
    "run_number": "legal_entity_id bigint, kind text, series_id bigint, first_no bigint, prefix text, width integer",
}


# What joins and groups go by; the values of other columns tell the planner nothing that it needs.
_KEYS = re.compile(r"\b(\w+_(?:id|no)|split_key|outcome) (?:bigint|integer|text)")


def key_columns(table: str) -> str:
    """The columns of a working table that are worth analyzing, as a list for a statement."""
    return ", ".join(_KEYS.findall(TABLES[table]))


def make_tables() -> None:
    """Make the working tables of this connection where they are missing.

    Whoever rolls back what follows calls it before: tables made within go with it, and are made again the next time.
    """
    make_working_tables(TABLES)


def empty_tables() -> None:
    """Empty them inside a transaction that holds more than one shard or preview: a commit does it otherwise."""
    empty_working_tables(TABLES)
