"""What every answer of the web server carries."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# Scripts and styles come from files alone; charts are SVG whose lengths are attributes.
DIRECTIVES = (
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
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


class NothingKept:
    """Lets no browser and no proxy keep what was shown, unless a view says otherwise: after the log-out the Back key
    of a shared machine would show accounts, and the answers of the API hold the same."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response
