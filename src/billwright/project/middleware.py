"""What every answer of the web server carries."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# Style attributes stay allowed: the bars of charts carry their width in one. Scripts come from files alone.
DIRECTIVES = (
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "frame-src 'self' blob:",
)
POLICY = "; ".join(DIRECTIVES)


class ContentSecurityPolicy:
    """Adds the content security policy unless a view has stated its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response
