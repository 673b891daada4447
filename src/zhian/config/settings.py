"""Django settings; what an administrator may change stands in env.py."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF

from zhian.config import env

PACKAGE = Path(__file__).resolve().parent.parent
DATA = env.data_folder()


def _secret_key() -> str:
    given = env.value("ZHIAN_SECRET_KEY")
    if given:
        return given
    DATA.mkdir(parents=True, exist_ok=True)
    kept = DATA / "secret-key"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(50))
    return kept.read_text()


def _sqlite() -> dict[str, Any]:
    DATA.mkdir(parents=True, exist_ok=True)
    return {
        "ENGINE": "zhian.web.sqlite",  # Django's own, but writers take turns
        "NAME": DATA / "zhian.sqlite3",
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                "PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456"
            ),
        },
    }


def _postgres(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        # a page's question takes tens of milliseconds, compiling it first takes hundreds
        "OPTIONS": {"options": "-c jit=off"},
    }


_url = env.value("ZHIAN_DATABASE_URL")
DATABASES = {"default": _postgres(_url) if _url else _sqlite()}

SECRET_KEY = _secret_key()
DEBUG = env.flag("ZHIAN_DEBUG")
ALLOWED_HOSTS = env.value("ZHIAN_HOSTS").split(",")
BASE_URL = env.value("ZHIAN_BASE_URL").rstrip("/")
OFFICE_FONTS = env.value("ZHIAN_FONTS")
ROOT_URLCONF = "zhian.config.urls"
WSGI_APPLICATION = "zhian.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "directory.User"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "zhian.web",  # before allauth: our login pages stand in for its own
    "zhian.directory",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "zhian.desk",
    "zhian.apps.registry",
    "zhian.apps.inspections",
    "zhian.apps.laboratory",
    "zhian.interfaces.office",
    "zhian.interfaces.portal",
    "zhian.interfaces.enterprise",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "zhian.directory.middleware.AppointmentMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "zhian.desk.show.context.office",
            ],
        },
    }
]

# --- language and time
LANGUAGE_CODE = env.value("ZHIAN_LANGUAGE")
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- who comes in
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
OPERATOR_LOGIN_URL = "enterprise:login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "zhian.directory.login.Adapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/300s/key"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "zhian"
MFA_PASSKEY_LOGIN_ENABLED = False
SECOND_FACTOR_REQUIRED = env.value("ZHIAN_SECOND_FACTOR") == "required"

# Shared by all server processes: failed logins and used codes count once for the whole house.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": DATA / "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# --- sessions: idle 30 minutes, at most 12 hours (kept by the middleware of the directory)
SESSION_COOKIE_AGE = 1800
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.flag("ZHIAN_HTTPS")
SECURE_HSTS_SECONDS = 31_536_000 if env.flag("ZHIAN_HTTPS") else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("ZHIAN_HTTPS") else None
CSRF_TRUSTED_ORIGINS = [BASE_URL] if BASE_URL.startswith("https") else []
SECURE_REFERRER_POLICY = "same-origin"  # no-referrer makes browsers send Origin: null with forms
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "worker-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

# --- files
STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
MEDIA_ROOT = DATA / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG
UPLOAD_LIMIT = int(env.value("ZHIAN_UPLOAD_LIMIT_MB")) * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

# --- what leaves the house
SEAL_COMMAND = env.value("ZHIAN_SEAL_COMMAND")
SMS_URL = env.value("ZHIAN_SMS_URL")
EMAIL_URL = env.value("ZHIAN_EMAIL_URL")
EMAIL_FROM = env.value("ZHIAN_EMAIL_FROM")
ROOTS_DIR = env.value("ZHIAN_ROOTS_DIR")
ROOTS_URL = env.value("ZHIAN_ROOTS_URL")
OUTBOX = DATA / "outbox"

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
