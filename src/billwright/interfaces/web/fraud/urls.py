"""The addresses of flags of possible fraud."""

from django.urls import path

from billwright.interfaces.web.fraud import views

urlpatterns = [
    path("fraud-flags/", views.flags, name="fraud-flags"),
    path("fraud-flags/<int:fraud_flag_id>/clear/", views.clear, name="fraud-flag-clear"),
    path("fraud-flags/<int:fraud_flag_id>/confirm/", views.confirm, name="fraud-flag-confirm"),
    path("fraud-rules/", views.rules, name="fraud-rules"),
    path("fraud-rules/<str:kind>/", views.rule, name="fraud-rule"),
]
