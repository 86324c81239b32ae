"""Addresses for the tests: the gallery and pages that a navigation can point to."""

from __future__ import annotations

from django.urls import path

from billwright.ui import views

urlpatterns = [
    path("", views.gallery, name="gallery"),
    path("invoices/", views.gallery, name="invoices"),
    path("invoices/<int:invoice_id>/", views.gallery, name="invoice-show"),
    path("users/", views.gallery, name="users"),
]
