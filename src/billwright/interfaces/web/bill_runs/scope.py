"""Which runs a person may see: those of companies in which they hold the right; a run over all wants it everywhere."""

from __future__ import annotations

from django.http import HttpRequest

from billwright.interfaces.web.acting import may, permissions, require
from billwright.interfaces.web.entities import may_in, require_in
from billwright.invoicing.queries.bill_run import BillRunRow, get_bill_run
from billwright.kernel.errors import NotAllowed

VIEW = "bill_run.view"


def may_on(request: HttpRequest, code: str, run: BillRunRow) -> bool:
    """Whether the person holds a right for this run."""
    if run.legal_entity_id is not None:
        return may_in(request, code, run.legal_entity_id)
    return may(request, code) and permissions(request).entities_for(code) is None


def run_for(request: HttpRequest, run_id: int) -> BillRunRow:
    """A run that the person may see. Raises NotFound, NotAllowed."""
    run = get_bill_run(run_id)
    require(request, VIEW)
    if run.legal_entity_id is not None:
        require_in(request, VIEW, run.legal_entity_id)
    elif not may_on(request, VIEW, run):
        rule = "This run bills every company; your role holds in some of them."
        raise NotAllowed("access.no_permission", rule, rule=rule)
    return run
