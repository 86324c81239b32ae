"""A webhook comes in: kept, answered, and worked by a job."""

from __future__ import annotations

from contextlib import suppress

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from procrastinate.contrib.django import app as queue
from procrastinate.exceptions import AlreadyEnqueued

from billwright.kernel import clock
from billwright.kernel.errors import NotFound
from billwright.payments.ports.gateways import Delivery
from billwright.workflow.gateway_intake import take_webhook
from billwright.workflow.gateway_intake.receiving import BODY_BYTES_MAX

TASK = "work_gateway"
TAKEN, REFUSED, UNKNOWN, TOO_LARGE = 200, 400, 404, 413


@csrf_exempt
@login_not_required
@require_POST
def receive(request: HttpRequest, webhook_key: str) -> HttpResponse:
    """Keep what came and answer at once. 200: believed, do not send it again; 400: not to be believed, and why."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > BODY_BYTES_MAX:
        return JsonResponse({"refused": "webhook.too_large"}, status=TOO_LARGE)
    delivery = Delivery(
        headers={name.lower(): value for name, value in request.headers.items()},
        body=request.body,
        source_address=_source(request),
        at=clock.now(),
    )
    try:
        with transaction.atomic():
            taken = take_webhook(webhook_key=webhook_key, delivery=delivery)
            if taken.is_new:
                _enqueue(taken.gateway.id)
    except NotFound:
        return JsonResponse({"refused": "gateway.not_found"}, status=UNKNOWN)
    if not taken.is_believed:
        return JsonResponse({"refused": taken.event.reason_code}, status=REFUSED)
    return JsonResponse({"taken": True}, status=TAKEN)


def _source(request: HttpRequest) -> str:
    """Where it came from. Behind our HTTPS proxy it is the last address that the proxy wrote down."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.BILLWRIGHT.https else ""
    return forwarded.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))


def _enqueue(gateway_id: int) -> None:
    """One job a gateway is enough, however many webhooks came since it was asked for."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        queue.configure_task(TASK, queueing_lock=f"{TASK}:{gateway_id}").defer(gateway_id=gateway_id)
