"""The addresses of the product: the interfaces' own, and two that tell a machine whether we live."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from billwright.project import health
from billwright.ui.views import gallery

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
]
if settings.DEBUG:
    # Every component of the screens on one page, for those who build pages.
    urlpatterns.append(path("gallery/", gallery, name="gallery"))
urlpatterns += [
    path("pay/", include("billwright.interfaces.portal.urls")),
    path("webhooks/", include("billwright.interfaces.webhooks.urls")),
    path("api/", include("billwright.interfaces.api.urls")),
    path("", include("billwright.interfaces.web.urls")),
]
