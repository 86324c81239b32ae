"""Settings of the tests: the product's, in a home of their own, without slow password hashing."""

import os

# pytest reads settings before anything else of ours runs, so the place of the home is decided here.
for _name in [name for name in os.environ if name.startswith("BILLWRIGHT_") or name == "DATABASE_URL"]:
    if _name != "BILLWRIGHT_RUN_DIR":
        os.environ.pop(_name)

from billwright.project.home import SOURCE_ROOT  # noqa: E402 - after the environment is clean

os.environ["BILLWRIGHT_HOME"] = str(SOURCE_ROOT / ".billwright" / "test")
os.environ["BILLWRIGHT_SECRET_KEY"] = "for-tests-alone-and-for-nothing-else"
os.environ["BILLWRIGHT_LOG_LEVEL"] = "WARNING"
# The browser tests drive Playwright's loop and the ORM from one thread.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

from billwright.project.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405
