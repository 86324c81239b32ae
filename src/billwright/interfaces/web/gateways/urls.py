"""The addresses of gateways, webhooks, payouts, chargebacks and the watch."""

from django.urls import path

from billwright.interfaces.web.gateways import chargebacks, inbox, payouts, setting_up

urlpatterns = [
    path("gateways/", setting_up.gateways, name="gateways"),
    path("gateways/new/<str:kind>/", setting_up.set_up, name="gateway-new"),
    path("gateways/<int:gateway_id>/", setting_up.gateway, name="gateway"),
    path("gateways/<int:gateway_id>/change/", setting_up.change, name="gateway-change"),
    path("gateways/<int:gateway_id>/suspend/", setting_up.move, {"verb": "suspend"}, name="gateway-suspend"),
    path("gateways/<int:gateway_id>/resume/", setting_up.move, {"verb": "resume"}, name="gateway-resume"),
    path("gateways/webhooks/", inbox.webhooks, name="gateway-webhooks"),
    path("gateways/webhooks/<int:event_id>/", inbox.webhook, name="gateway-webhook"),
    path("gateways/webhooks/<int:event_id>/retry/", inbox.retry, name="gateway-webhook-retry"),
    path("gateways/webhooks/<int:event_id>/dismiss/", inbox.dismiss, name="gateway-webhook-dismiss"),
    path("gateways/payouts/", payouts.payouts, name="gateway-payouts"),
    path("gateways/payouts/<int:payout_id>/", payouts.payout, name="gateway-payout"),
    path("gateways/payouts/<int:payout_id>/reconcile/", payouts.reconcile, name="gateway-payout-reconcile"),
    path("gateways/payouts/<int:payout_id>/resolve/", payouts.resolve, name="gateway-payout-resolve"),
    path("gateways/payouts/<int:payout_id>/assign/", payouts.assign, name="gateway-payout-assign"),
    path("gateways/chargebacks/", chargebacks.chargebacks, name="gateway-chargebacks"),
    path("gateways/chargebacks/<int:chargeback_id>/", chargebacks.chargeback, name="gateway-chargeback"),
    path("gateways/chargebacks/<int:chargeback_id>/evidence/", chargebacks.evidence, name="gateway-evidence"),
    path("gateways/chargebacks/<int:chargeback_id>/contest/", chargebacks.contest, name="gateway-chargeback-contest"),
    path("gateways/chargebacks/<int:chargeback_id>/accept/", chargebacks.accept, name="gateway-chargeback-accept"),
    path("gateways/watch/", chargebacks.watch, name="gateway-watch"),
    path("gateways/watch/<int:alarm_id>/", chargebacks.see, name="gateway-alarm-see"),
]
