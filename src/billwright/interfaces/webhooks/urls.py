"""One address for each configured gateway; its key is the secret part."""

from django.urls import path

from billwright.interfaces.webhooks.views import receive

urlpatterns = [path("<str:webhook_key>/", receive, name="webhook")]
