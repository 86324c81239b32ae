"""A small host that the South African company has bought: its open invoices come in from a file, and tie out."""

from __future__ import annotations

from billwright.files.states import ImportKind
from billwright.workflow.book_import import import_book
from billwright.workflow.demo.rooms.scene import Scene

CODE, NAME = "KAROO", "invented-veld-hosting"
CUSTOMERS = ("Veld Pottery (demo) CC", "Veld Bicycles (demo) CC", "Veld Nursery (demo) CC")
# Per invoice: its customer, how many days ago it was written, its total.
INVOICES = ((0, 40, "1,150.00"), (0, 11, "345.00"), (1, 33, "89.00"), (1, 12, "89.00"), (2, 20, "2,070.50"))
TERMS_DAYS = 14


def take_over(scene: Scene) -> None:
    """Five open invoices of three customers, booked on the day of the cut-over."""
    rows = [
        f'V-{place:04d},{scene.ago(age)},{scene.ago(age - TERMS_DAYS)},V{customer},{CUSTOMERS[customer]},"{total}"'
        for place, (customer, age, total) in enumerate(INVOICES, start=1)
    ]
    import_book(
        act=scene.act("Bought, with its customers"),
        kind=ImportKind.INVOICES,
        file_name=f"{NAME}.csv",
        content="\n".join(["Document,Date,Due,Customer,Name,Total", *rows, ""]).encode(),
        mapping_text=_mapping(scene),
    )


def _mapping(scene: Scene) -> str:
    return f"""mapping: 1
name: {NAME}
kind: invoices
entity: {{code: {CODE}}}
dates: Y-m-d
numbers: {{decimal: ".", thousands: ","}}
cut_over: {{on: {scene.day}}}
identity: {{columns: [Document]}}
columns:
  number: Document
  document_date: Date
  due_date: Due
  total: Total
  customer.reference: Customer
  customer.name: Name
"""
