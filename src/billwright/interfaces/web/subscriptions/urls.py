"""The addresses of subscriptions."""

from django.urls import path

from billwright.interfaces.web.subscriptions import acts, changes, listing, page, renewals

urlpatterns = [
    path("", listing.subscriptions, name="subscriptions"),
    path("renewals/", renewals.renewals, name="renewals"),
    path("new/", listing.new, name="subscription-new"),
    path("<int:subscription_id>/", page.subscription, name="subscription"),
    path("<int:subscription_id>/activate/", acts.activate, name="subscription-activate"),
    *(
        path(
            f"<int:subscription_id>/{kind.replace('_', '-')}/",
            changes.change,
            {"kind": kind},
            name=f"subscription-{kind.replace('_', '-')}",
        )
        for kind in changes.CHANGES
    ),
    path("<int:subscription_id>/changes/<int:change_id>/withdraw/", changes.withdraw, name="subscription-withdraw"),
    path("<int:subscription_id>/references/", acts.references, name="subscription-references"),
    path("<int:subscription_id>/hold/", acts.hold, name="subscription-hold"),
    path("<int:subscription_id>/hold/<int:hold_id>/release/", acts.release, name="subscription-release"),
    path("<int:subscription_id>/adjust/", acts.adjust, name="subscription-adjust"),
    path("<int:subscription_id>/charges/<int:charge_id>/approve/", acts.approve, name="subscription-charge-approve"),
    path("<int:subscription_id>/charges/<int:charge_id>/discard/", acts.discard, name="subscription-charge-discard"),
]
