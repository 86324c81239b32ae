"""The addresses of the search."""

from django.urls import path

from billwright.interfaces.web.search import views

urlpatterns = [
    path("", views.search, name="search"),
    path("suggest/", views.suggest, name="search-suggest"),
]
