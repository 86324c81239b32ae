"""A redirect gateway in the style of South Africa: a signed form, and a notification that is checked four ways."""

from billwright.connectors.payfast_style.gateway import PayfastStyleGateway

__all__ = ["PayfastStyleGateway"]
