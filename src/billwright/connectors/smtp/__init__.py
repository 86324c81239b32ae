"""Mail by SMTP (RFC 5321), with STARTTLS or TLS from the start, and time-outs."""

from billwright.connectors.smtp.carrier import SmtpCarrier, SmtpSettings

__all__ = ["SmtpCarrier", "SmtpSettings"]
