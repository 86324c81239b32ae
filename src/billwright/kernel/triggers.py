"""Trigger declarations shared by the models: append-only tables and state machines that the database keeps."""

from __future__ import annotations

import pgtrigger

from billwright.kernel.states import Machine

# SQLSTATE class BW: ours. Interfaces map it to a Refusal; see interfaces/refusals.
APPEND_ONLY_STATE = "BW001"
FROZEN_STATE = "BW002"
UNBALANCED_STATE = "BW003"
CLOSED_STATE = "BW004"


def append_only() -> pgtrigger.Trigger:
    """Refuse every UPDATE, DELETE and TRUNCATE. Corrections are new rows."""
    return pgtrigger.Trigger(
        name="append_only",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete | pgtrigger.Truncate,
        func=f"raise exception 'table % is append-only', tg_table_name using errcode = '{APPEND_ONLY_STATE}';",
    )


def not_deleted() -> pgtrigger.Trigger:
    """Refuse DELETE and TRUNCATE on tables whose rows may still change state."""
    return pgtrigger.Trigger(
        name="not_deleted",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Delete | pgtrigger.Truncate,
        func=f"raise exception 'rows of % are never deleted', tg_table_name using errcode = '{APPEND_ONLY_STATE}';",
    )


def state_machine(machine: Machine, *, field: str = "state") -> pgtrigger.Trigger:
    """Let the database refuse a state that the machine cannot enter."""
    return pgtrigger.FSM(name="states", field=field, transitions=machine.pairs())


def state_machine_in_bulk(machine: Machine) -> pgtrigger.Trigger:
    """The same once a statement, for tables whose rows move by the thousand: a call a row would cost the most of it.

    Grouped, not joined: nothing is known of the size of the two tables, and a join of them may take every pair.
    """
    pairs = ", ".join(f"('{source}', '{target}')" for source, target in machine.pairs())
    return pgtrigger.Trigger(
        name="states",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        referencing=pgtrigger.Referencing(old="old_rows", new="new_rows"),
        func=f"""
            if exists (
                select 1
                from (
                    select r.id, max(r.was) as was, max(r.became) as became
                    from (
                        select id, state as was, null as became from old_rows
                        union all
                        select id, null as was, state as became from new_rows
                    ) as r
                    group by r.id
                ) as m
                where m.was <> m.became and (m.was, m.became) not in ({pairs})
            ) then
                raise exception 'invalid transition of a row of %', tg_table_name;
            end if;
            return null;
        """,
    )
