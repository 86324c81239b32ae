"""Django's settings, made from the installation's settings (``config.py``) alone."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from billwright.project.config import Config, database_address
from billwright.project.home import Home
from billwright.project.logs import logging_dict
from billwright.project.runtime.postgres import EmbeddedPostgres

PACKAGE = Path(__file__).resolve().parents[1]

BILLWRIGHT = Config.from_environ(os.environ)
HOME = Home.of(BILLWRIGHT)

SECRET_KEY = BILLWRIGHT.secret_key or HOME.secret(HOME.secret_key_file)
# With an own server and a given secret key nothing is written at import, so checks run on a read-only machine.
MASTER_KEY = BILLWRIGHT.master_key or (SECRET_KEY if BILLWRIGHT.secret_key else HOME.secret(HOME.master_key_file))
DEBUG = BILLWRIGHT.debug
PUBLIC_URL = BILLWRIGHT.public_url
ALLOWED_HOSTS = [*BILLWRIGHT.allowed_hosts, *filter(None, [urlsplit(PUBLIC_URL).hostname])]

# Our apps, lowest tier first; the order is also the order of migrations and of template look-up.
OUR_APPS = [
    "billwright.kernel",
    "billwright.org",
    "billwright.ledger",
    "billwright.access",
    "billwright.comms",
    "billwright.files",
    "billwright.render",
    "billwright.accounts",
    "billwright.catalog",
    "billwright.subscriptions",
    "billwright.usage",
    "billwright.rating",
    "billwright.invoicing",
    "billwright.payments",
    "billwright.receivables",
    "billwright.reporting",
    "billwright.workflow",
    "billwright.ui",
    "billwright.interfaces.web",
    "billwright.interfaces.portal",
    "billwright.interfaces.api",
    "billwright.interfaces.jobs",
    "billwright.project",
]
INSTALLED_APPS = [
    *OUR_APPS,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "pgtrigger",
    "django_cotton.apps.SimpleAppConfig",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "billwright.project.middleware.ContentSecurityPolicy",
    "billwright.project.middleware.NothingKept",
    "billwright.interfaces.api.middleware.Problems",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "billwright.interfaces.web.middleware.PersonsLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "billwright.interfaces.web.middleware.Workspace",
    "billwright.interfaces.web.access.middleware.OpenDuties",
    "billwright.interfaces.web.access.middleware.ExportControl",
]

ROOT_URLCONF = "billwright.project.urls"
WSGI_APPLICATION = "billwright.project.wsgi.application"

_LOADERS = [
    "django_cotton.cotton_loader.Loader",
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
_CACHED = [("django.template.loaders.cached.Loader", _LOADERS)]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            # Partials wrap whatever loads a template; in development templates are read again at each use.
            "loaders": [("template_partials.loader.Loader", _LOADERS if DEBUG else _CACHED)],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "billwright.interfaces.web.context.workspace",
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
            ],
        },
    }
]
COTTON_SNAKE_CASED_NAMES = True

EMBEDDED = not BILLWRIGHT.database_url
DATABASES = {
    "default": {
        **(EmbeddedPostgres.of(BILLWRIGHT).django_address() if EMBEDDED else database_address(BILLWRIGHT.database_url)),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["billwright.access.backend.StaffBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/login/"
SESSION_ENGINE = "billwright.access.sessions"
SESSION_COOKIE_AGE = BILLWRIGHT.session_hours * 3600
SESSION_COOKIE_SAMESITE = "Lax"

# HTTPS is the proxy's work; with it on, everything that can leak without it is refused.
SECURE_SSL_REDIRECT = BILLWRIGHT.https
SECURE_HSTS_SECONDS = BILLWRIGHT.hsts_seconds if BILLWRIGHT.https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = BILLWRIGHT.https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BILLWRIGHT.https else None
SESSION_COOKIE_SECURE = BILLWRIGHT.https
CSRF_COOKIE_SECURE = BILLWRIGHT.https
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL.rstrip("/")] if PUBLIC_URL else []
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = BILLWRIGHT.language
LANGUAGES = [
    ("en", _("English")),
    ("af", _("Afrikaans")),
    ("bg", _("Bulgarian")),
    ("de", _("German")),
    ("hi", _("Hindi")),
]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = BILLWRIGHT.time_zone

STATIC_URL = "/static/"
STATIC_ROOT = None
# Files are served from the apps' folders under their plain names: one start-up step less, and no stale copies.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = HOME.files
MEDIA_URL = ""

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = BILLWRIGHT.mail_host
EMAIL_PORT = BILLWRIGHT.mail_port
EMAIL_HOST_USER = BILLWRIGHT.mail_user
EMAIL_HOST_PASSWORD = BILLWRIGHT.mail_password
EMAIL_USE_TLS = BILLWRIGHT.mail_security == "starttls"
EMAIL_USE_SSL = BILLWRIGHT.mail_security == "tls"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = BILLWRIGHT.mail_from

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"

LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING = logging_dict(level=BILLWRIGHT.log_level, machine_readable=BILLWRIGHT.log_format == "json")
