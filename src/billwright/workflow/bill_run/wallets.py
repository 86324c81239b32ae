"""Prepaid money: a stage after the sources of a shard are listed. What they leave open is drawn from wallets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from billwright.kernel.acts import Act
from billwright.kernel.sql import Cursor
from billwright.receivables.operations.wallets import draw_wallets

# What the documents of a payer with a wallet come to beyond the money and credit that it has with us.
_SHORT = """
    select i.payer_id, i.legal_entity_id, max(i.accounting_date),
        sum(greatest(i.total_minor, 0)) - coalesce(max(s.ends_at), 0) as short_minor
    from run_issue as i
    left join (select payer_id, max(ends_at) as ends_at from run_source group by payer_id) as s
        on s.payer_id = i.payer_id
    where i.payer_id in (
        select w.account_id from receivables_wallet_lot as w
        where w.open_minor > 0 and w.account_id >= %(payer_from)s and w.account_id < %(payer_before)s
    )
    group by i.payer_id, i.legal_entity_id
    having sum(greatest(i.total_minor, 0)) > coalesce(max(s.ends_at), 0)
    order by i.payer_id
"""
_ADD = """
    insert into run_source
    select n.payer_id, n.cash_id, null,
        coalesce(s.ends_at, 0) + n.starts_at, coalesce(s.ends_at, 0) + n.starts_at + n.amount_minor
    from unnest(%(payers)s::bigint[], %(pieces)s::bigint[], %(starts)s::bigint[], %(amounts)s::bigint[])
        as n (payer_id, cash_id, starts_at, amount_minor)
    left join (select payer_id, max(ends_at) as ends_at from run_source group by payer_id) as s
        on s.payer_id = n.payer_id
"""


@dataclass(frozen=True, slots=True)
class DrawWallets:
    """Draws on wallets what documents need beyond other money, and lays it at the end of `run_source`."""

    name: str = "draw_wallets"
    uses: tuple[str, ...] = ("run_source", "run_issue")
    writes: tuple[str, ...] = ()
    body: str = "insert into run_source"

    def run(self, cursor: Cursor, parameters: Mapping[str, Any]) -> int:
        """Draw for every payer that is short; returns the pieces of money."""
        bounds = {name: parameters[name] for name in ("payer_from", "payer_before")}
        cursor.execute(_SHORT, bounds)
        short = cursor.fetchall()
        if not short:
            return 0
        drawn = draw_wallets(
            act=Act(actor=parameters["actor"], at=parameters["at"]),
            wanted={payer_id: int(amount) for payer_id, _entity, _day, amount in short},
            on=parameters["document_date"],
            days={entity_id: day for _payer, entity_id, day, _amount in short},
            run_id=parameters["run_id"] or None,
        )
        reached: dict[int, int] = {}
        starts = []
        for account_id, _piece, amount in drawn:
            starts.append(reached.get(account_id, 0))
            reached[account_id] = starts[-1] + amount
        cursor.execute(
            _ADD,
            {
                "payers": [account_id for account_id, _, _ in drawn],
                "pieces": [piece for _, piece, _ in drawn],
                "starts": starts,
                "amounts": [amount for _, _, amount in drawn],
            },
        )
        return len(drawn)
