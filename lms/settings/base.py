"""Settings of Amparo: from environment variables only, safe without any.

The variables are described in docs/settings.md; a test compares that page with this module.
"""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django_stubs_ext
import environ
from csp.constants import NONE, SELF, UNSAFE_INLINE

from lms.settings.media import media_storage
from lms.settings.schedule import BEAT_SCHEDULE
from lms.settings.secret import check_secret, development_secret

django_stubs_ext.monkeypatch()

env = environ.Env()

BASE_DIR: Path = Path(__file__).resolve().parents[2]
VAR_DIR: Path = Path(env.str("AMPARO_VAR", default=str(BASE_DIR / "var"))).resolve()
VAR_DIR.mkdir(parents=True, exist_ok=True)

# --- The machine, and who may talk to it -----------------------------------------------------

DEBUG: bool = env.bool("DEBUG", default=False)
PORT: int = env.int("PORT", default=8000)
_secret: str = env.str("SECRET_KEY", default="")
SECRET_KEY: str = (_secret or development_secret(VAR_DIR)) if DEBUG else check_secret(_secret)
ALLOWED_HOSTS: list[str] = env.list(
    "ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEBUG else []
)
BASE_URL: str = env.str("BASE_URL", default=f"http://localhost:{PORT}").rstrip("/")
TRUSTED_PROXIES: list[str] = env.list("TRUSTED_PROXIES", default=[])
REQUIRE_STAFF_MFA: bool = env.bool("REQUIRE_STAFF_MFA", default=not DEBUG)
REQUIRE_TWO_PERSON_CERTIFICATES: bool = env.bool(
    "REQUIRE_TWO_PERSON_CERTIFICATES", default=not DEBUG
)
SIGNING_KEYS_DIR: Path = Path(env.str("SIGNING_KEYS_DIR", default=str(VAR_DIR / "keys"))).resolve()

SECURE_SSL_REDIRECT = not DEBUG
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 0 if DEBUG else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = not DEBUG
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60  # a shift, and no longer: phones are shared
CSRF_FAILURE_VIEW = "lms.accounts.views.csrf_failure"
CSRF_TRUSTED_ORIGINS: list[str] = [BASE_URL] if urlsplit(BASE_URL).scheme == "https" else []
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a Wagtail lesson of 200 blocks posts thousands of fields

# --- Applications ------------------------------------------------------------------------------

INSTALLED_APPS = [
    "lms.desks",
    "certificates",
    "lms.learning",
    "courses",
    "lms.accounts",
    "lms.core",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.settings",
    "wagtail.contrib.table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "lms.accounts.apps.AmparoUsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "wagtailmedia",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "ninja",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.forms",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "lms.core.middleware.TrustedProxyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "lms.core.middleware.NullByteMiddleware",
    "lms.core.middleware.Utf8Middleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "lms.core.middleware.PersonalPagesMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "lms.accounts.middleware.StaffSecondFactorMiddleware",
    "courses.middleware.TranslationGuardMiddleware",
    "courses.middleware.PublicationRefusedMiddleware",
    "lms.core.middleware.NumbersMiddleware",
    "lms.core.middleware.FriendlyAnswerMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "lms.core.middleware.AdminPolicyMiddleware",
    "lms.core.middleware.SiteTermsMiddleware",
]

ROOT_URLCONF = "lms.urls"
WSGI_APPLICATION = "lms.wsgi.application"
ASGI_APPLICATION = "lms.asgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lms.core.context_processors.site",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Data ----------------------------------------------------------------------------------------

DATABASES: dict[str, dict[str, Any]] = {
    "default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'amparo.sqlite3'}")
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES: dict[str, dict[str, Any]] = {
    "default": env.cache_url("CACHE_URL", default="dbcache://amparo_cache")
}

MEDIA_URL = "/media/"
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = False
WHITENOISE_AUTOREFRESH = False

MEDIA_STORAGE_URL: str = env.str("MEDIA_STORAGE_URL", default=f"file://{VAR_DIR / 'media'}")
STORAGES: dict[str, dict[str, Any]] = {
    "default": media_storage(MEDIA_STORAGE_URL),
    "staticfiles": {"BACKEND": "lms.core.static_files.AmparoStaticFilesStorage"},
}

# --- People --------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["lms.accounts.auth_backends.OneCheckBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "my_learning"
ACCOUNT_ADAPTER = "lms.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "lms.accounts.forms.SignupNameForm"
ACCOUNT_FORMS: dict[str, str] = {
    "add_email": "lms.accounts.account_forms.AddEmailForm",
    "change_password": "lms.accounts.account_forms.ChangePasswordForm",
    "login": "lms.accounts.account_forms.LoginForm",
    "reauthenticate": "lms.accounts.account_forms.ReauthenticateForm",
    "reset_password": "lms.accounts.account_forms.ResetPasswordForm",
    "reset_password_from_key": "lms.accounts.account_forms.ResetPasswordKeyForm",
    "set_password": "lms.accounts.account_forms.SetPasswordForm",
    "signup": "lms.accounts.account_forms.SignupForm",
}
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_MAX_LENGTH = 254
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_USER_DISPLAY = "lms.accounts.models.display_name"
ACCOUNT_RATE_LIMITS = {
    "login_failed": "10/m/ip,5/5m/key",  # codes of the second step; lms.accounts.signing_in does logins
    "reset_password": "20/m/ip,5/30m/key",
}
MFA_ADAPTER = "lms.accounts.adapter.MFAAdapter"
MFA_FORMS = {
    "activate_totp": "lms.accounts.account_forms.ActivateTOTPForm",
    "authenticate": "lms.accounts.account_forms.AuthenticateForm",
    "reauthenticate": "lms.accounts.account_forms.MfaReauthenticateForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Amparo"

# --- Mail: neutral in sender, subject and preview ---------------------------------------------------

vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
DEFAULT_FROM_EMAIL: str = env.str(
    "DEFAULT_FROM_EMAIL", default=f"Aula virtual <no-responder@{urlsplit(BASE_URL).hostname}>"
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_TIMEOUT = 20  # seconds; a server that hangs must not hold a worker for longer than its lease

# --- Language and time -----------------------------------------------------------------------------

LANGUAGE_CODE = "es"
LANGUAGES = [("es", "Español"), ("en", "English")]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale_wagtail"]
TIME_ZONE = "America/Lima"
USE_I18N = WAGTAIL_I18N_ENABLED = USE_TZ = True

# --- Wagtail -----------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = "Amparo"
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAILADMIN_LOGIN_URL = "/accounts/login/"
WAGTAIL_FRONTEND_LOGIN_URL = "/accounts/login/"
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True  # a review is of one state of the text
WAGTAIL_FINISH_WORKFLOW_ACTION = "courses.reviewing.publishing.publish_reviewed"
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAILADMIN_UNSAFE_PAGE_DELETION_LIMIT = 1
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
WAGTAILDOCS_EXTENSIONS = ["pdf", "vtt", "docx", "xlsx", "odt", "ods", "txt"]
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILIMAGES_IMAGE_FORM_BASE = "courses.forms.uploads.SafeImageForm"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "courses.forms.uploads.SafeDocumentForm"
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False  # a translation begins as a draft
WAGTAILMEDIA = {"MEDIA_FORM_BASE": "courses.forms.uploads.SafeMediaForm"}
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}

# --- Background work -----------------------------------------------------------------------------------

BROKER_DIR = VAR_DIR / "broker"
CELERY_BROKER_URL: str = env.str("CELERY_BROKER_URL", default="filesystem://localhost")
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    {
        "data_folder_in": str(BROKER_DIR / "messages"),
        "data_folder_out": str(BROKER_DIR / "messages"),
        "control_folder": str(BROKER_DIR / "control"),
        "polling_interval": 0.1,
    }
    if CELERY_BROKER_URL.startswith("filesystem")
    else {"unacked_restore_interval": 1}
)
if CELERY_BROKER_URL.startswith("filesystem"):
    for _folder in ("messages", "control"):
        (BROKER_DIR / _folder).mkdir(parents=True, exist_ok=True)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_MEMORY_PER_CHILD = (
    500_000  # kB; a process that grew is replaced between two tasks
)
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
STAFF_IMPORT_LEASE_SECONDS = 60  # the same for an import of people, for each hundred of them
CERTIFICATE_RENDER_LEASE_SECONDS = 120  # a worker that needs longer is taken for dead

# --- Who signs the files, where it is not our own key ------------------------------------------------

PDF_SIGNER_PKCS12: str = env.str("PDF_SIGNER_PKCS12", default="")
PDF_SIGNER_PKCS12_PASSWORD_FILE: str = env.str("PDF_SIGNER_PKCS12_PASSWORD_FILE", default="")
PDF_SIGNER_PKCS11_MODULE: str = env.str("PDF_SIGNER_PKCS11_MODULE", default="")
PDF_SIGNER_PKCS11_TOKEN: str = env.str("PDF_SIGNER_PKCS11_TOKEN", default="")
PDF_SIGNER_PKCS11_PIN_FILE: str = env.str("PDF_SIGNER_PKCS11_PIN_FILE", default="")
PDF_SIGNER_PKCS11_KEY_LABEL: str = env.str("PDF_SIGNER_PKCS11_KEY_LABEL", default="")
PDF_SIGNER_IS_IOFE: bool = env.bool("PDF_SIGNER_IS_IOFE", default=False)

# --- What a page may load ---------------------------------------------------------------------------

CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "media-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

ADMIN_CONTENT_SECURITY_POLICY: dict[str, Any] = {
    **CONTENT_SECURITY_POLICY["DIRECTIVES"],
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "frame-src": [SELF],
    "frame-ancestors": [SELF],
}

# --- Logs: no codes, no personal data -----------------------------------------------------------------

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"mask": {"()": "lms.core.logs.MaskSecrets"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["mask"],
            "formatter": "line",
        }
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "celery": {"handlers": [], "level": "INFO", "propagate": True},
        # One line for each index entry of each save helps nobody.
        "django_tasks": {"handlers": [], "level": "WARNING", "propagate": True},
        "wagtail": {"handlers": [], "level": "WARNING", "propagate": True},
        "weasyprint": {"handlers": [], "level": "ERROR", "propagate": True},
        "fontTools": {"handlers": [], "level": "ERROR", "propagate": True},
    },
}

SILENCED_SYSTEM_CHECKS: list[str] = []
