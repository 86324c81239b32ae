"""The addresses of the set-up."""

from django.urls import path

from billwright.interfaces.web.setup import bank, company, conventions, mail, rates, series, tax, views, wording

urlpatterns = [
    path("", views.setup, name="setup"),
    path("new/", company.new, name="setup-new"),
    path("rates/", rates.page, name="setup-rates"),
    path("rates/new/", rates.new, name="setup-rate-new"),
    path("wordings/", wording.wordings, name="wordings"),
    path("wordings/<str:code>/<str:language>/", wording.wording, name="wording"),
    path("wordings/<str:code>/<str:language>/change/", wording.change, name="wording-change"),
    path("wordings/<str:code>/<str:language>/restore/", wording.restore, name="wording-restore"),
    path("<str:code>/company/", company.page, name="setup-company"),
    path("<str:code>/company/change/", company.change, name="setup-company-change"),
    path("<str:code>/logo/", company.logo, name="setup-logo"),
    path("<str:code>/logo/change/", company.logo_change, name="setup-logo-change"),
    path("<str:code>/logo/image/", company.logo_image, name="setup-logo-image"),
    path("<str:code>/bank/", bank.page, name="setup-bank"),
    path("<str:code>/bank/new/", bank.new, name="setup-bank-new"),
    path("<str:code>/tax/", tax.page, name="setup-tax"),
    path("<str:code>/tax/apply/", tax.apply, name="setup-tax-apply"),
    path("<str:code>/series/", series.page, name="setup-series"),
    path("<str:code>/series/new/", series.new, name="setup-series-new"),
    path("<str:code>/terms/", company.terms, name="setup-terms"),
    path("<str:code>/terms/change/", company.terms_change, name="setup-terms-change"),
    path("<str:code>/conventions/", conventions.page, name="setup-conventions"),
    path("<str:code>/conventions/<slug:option>/", conventions.change, name="setup-convention-change"),
    path("<str:code>/mail/", mail.page, name="setup-mail"),
    path("<str:code>/mail/test/", mail.test, name="setup-mail-test"),
    path("<str:code>/periods/", views.periods, name="setup-periods"),
]
