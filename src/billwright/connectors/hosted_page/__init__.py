"""A generic payment page: a redirect and webhooks, both signed by HMAC-SHA256. For gateways without a connector."""

from billwright.connectors.hosted_page.gateway import HostedPageGateway

__all__ = ["HostedPageGateway"]
