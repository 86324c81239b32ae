"""Papers that go to customers and come from them: links to pay by, and their own view of what they owe."""

from __future__ import annotations

from billwright.payments import links
from billwright.receivables.queries.reconciliations import list_findings
from billwright.receivables.rows import OpenItemRow
from billwright.receivables.states import TheirContent
from billwright.workflow import payment_links, reconciliations
from billwright.workflow.demo.rooms.scene import Scene


def send_links(scene: Scene) -> None:
    """Links to pay by for customers of each company; those of one company are taken back."""
    for code in scene.entities:
        for claim in scene.claims(code, 2):
            link = payment_links.create_link(
                act=scene.act("Asked for by phone"),
                account_id=claim.account_id,
                token_hash=links.hash_of(links.new_secret()),
                days=14,
                invoice_ids=(claim.invoice_id,) if code == "KAROO" else (),
            )
            if code == "SURYA":
                payment_links.revoke_link(act=scene.act("Sent to the wrong person"), payment_link_id=link.id)


def compare(scene: Scene) -> None:
    """What customers believe to owe beside our books: one is explained and signed off, the others are open."""
    claims = [claim for code in scene.entities for claim in scene.claims(code, 1)]
    for place, claim in enumerate(claims[:3]):
        row = reconciliations.start_reconciliation(
            act=scene.act("Sent by mail"),
            account_ids=[claim.account_id],
            content=TheirContent.OPEN_ITEMS,
            as_of=scene.day,
            title=f"Open items of {scene.payer(claim.account_id)}",
        )
        paper = reconciliations.add_their_paper(
            act=scene.act("By mail"),
            reconciliation_id=row.id,
            name="open-items.csv",
            content=_their_list(claim, is_short=place < 2).encode(),
            account_id=claim.account_id,
        )
        if not place:
            reconciliations.confirm_columns(
                act=scene.act(), reconciliation_id=row.id, their_file_id=paper.id, columns=paper.columns
            )
            _sign_off(scene, row.id)


def _sign_off(scene: Scene, reconciliation_id: int) -> None:
    """Every difference has its reason; another person puts their name to it."""
    reconciliations.explain(
        act=scene.act("Called them"),
        reconciliation_id=reconciliation_id,
        text="They book at the end of the month; sent copies of what they lack.",
        finding_ids=[finding.id for finding in list_findings(reconciliation_id, differing_only=True)],
    )
    reconciliations.sign_off(act=scene.second(), reconciliation_id=reconciliation_id, note="Agreed by phone")


def _their_list(claim: OpenItemRow, *, is_short: bool) -> str:
    amount = claim.open.decimal / 2 if is_short else claim.open.decimal
    strange = "2026-01-05;ZZ-7777;12.50\n" if is_short else ""
    return f"Date;Invoice no;Amount\n{claim.document_date};{claim.document_number};{amount:.2f}\n{strange}"
