"""All settings, read from the environment. docs/configuration.md explains each variable."""

from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from brandkiln import env

ROOT = Path(__file__).resolve().parents[2]
HOME = Path(env.text("BRANDKILN_HOME", str(ROOT / "var"))).resolve()

DEBUG = env.flag("BRANDKILN_DEBUG")
SECRET_KEY = env.text("BRANDKILN_SECRET_KEY")
if not SECRET_KEY:
    key_file = HOME / "secret_key"  # written by the studio's first start
    if key_file.is_file():
        SECRET_KEY = key_file.read_text(encoding="ascii").strip()
    elif DEBUG or env.flag("BRANDKILN_INSECURE_KEY"):
        SECRET_KEY = "insecure-key-for-tests-and-development-only"  # noqa: S105
    else:
        raise ImproperlyConfigured(
            f"BRANDKILN_SECRET_KEY is not set and {key_file} does not exist. Set it to 50 random characters, "
            "or start the studio with make demo or make run, which makes one."
        )

ALLOWED_HOSTS = env.listing("BRANDKILN_HOSTS", "localhost,127.0.0.1,[::1]")
PUBLIC_URL = env.text("BRANDKILN_PUBLIC_URL", "http://localhost:8000")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
HTTPS = PUBLIC_URL.startswith("https://")
SIGN_UP_OPEN = env.flag("BRANDKILN_SIGN_UP")

INSTALLED_APPS = [
    "brandkiln.core",
    "brandkiln.workspaces",
    "brandkiln.notifications",
    "brandkiln.projects",
    "brandkiln.artifacts",
    "brandkiln.datasets",
    "brandkiln.connections",
    "brandkiln.retrieval",
    "brandkiln.jobs",
    "brandkiln.library",
    "brandkiln.brand",
    "brandkiln.reports",
    "brandkiln.planning",
    "brandkiln.review",
    "brandkiln.bulk",
    "brandkiln.dashboard",
    "brandkiln.demo",
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "rules",
    "csp",
    "ninja",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "brandkiln.core.middleware.private_answers",
    "csp.middleware.CSPMiddleware",
    "brandkiln.core.compression.compressed",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "brandkiln.core.middleware.plain_addresses",
    "brandkiln.core.middleware.StudioErrors",
]

ROOT_URLCONF = "brandkiln.urls"
ASGI_APPLICATION = "brandkiln.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "brandkiln.dashboard.context.studio",
            ],
        },
    }
]

# Data

DATABASES = {
    "default": env.database(
        env.text("DATABASE_URL", f"sqlite:///{HOME / 'studio.sqlite3'}"),
        pool=env.whole("BRANDKILN_DATABASE_POOL", 0),
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
BROKER_URL = env.text("BRANDKILN_BROKER_URL", f"unix://{HOME / 'valkey.sock'}")  # redis:// or unix:// path
CACHES = {  # holds only who tried to sign in how often: all web processes count together
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_attempt",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

ARTIFACTS = HOME / "artifacts"
SCRATCH = HOME / "scratch"
CACHE = Path(env.text("BRANDKILN_CACHE", str(HOME / "cache")))
CACHE_LIMIT = env.whole("BRANDKILN_CACHE_LIMIT_MB", 20_480) * 2**20
ARTIFACT_KEYS = env.keys("BRANDKILN_ARTIFACT_KEYS", 32)
S3_BUCKET = env.text("BRANDKILN_S3_BUCKET")
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": HOME / "media"},
    },
    "staticfiles": {"BACKEND": "brandkiln.core.static_files.VersionedStaticFiles"},
    "artifacts": (
        {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": S3_BUCKET,
                "endpoint_url": env.text("BRANDKILN_S3_ENDPOINT") or None,
                "access_key": env.text("BRANDKILN_S3_ACCESS_KEY") or None,
                "secret_key": env.text("BRANDKILN_S3_SECRET_KEY") or None,
                "file_overwrite": True,
                "default_acl": None,
            },
        }
        if S3_BUCKET
        else {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {
                "location": ARTIFACTS,
                "file_permissions_mode": 0o440,
                "directory_permissions_mode": 0o750,
            },
        }
    ),
}

METRICS_TOKEN = env.text("BRANDKILN_METRICS_TOKEN")

# Limits

UPLOAD_LIMIT = env.whole("BRANDKILN_UPLOAD_LIMIT_MB", 8192, minimum=1) * 2**20
UPLOAD_KEEP_DAYS = env.whole("BRANDKILN_UPLOAD_KEEP_DAYS", 7, minimum=1)
WORKSPACE_QUOTA = env.whole("BRANDKILN_WORKSPACE_QUOTA_MB", 0) * 2**20
IMPORT_FOLDERS = env.listing("BRANDKILN_IMPORT_FOLDERS")
IMPORT_S3 = env.listing("BRANDKILN_IMPORT_S3")
IMPORT_S3_ENDPOINT = env.text("BRANDKILN_IMPORT_S3_ENDPOINT") or env.text("BRANDKILN_S3_ENDPOINT")
IMPORT_S3_ACCESS_KEY = env.text("BRANDKILN_IMPORT_S3_ACCESS_KEY") or env.text("BRANDKILN_S3_ACCESS_KEY")
IMPORT_S3_SECRET_KEY = env.text("BRANDKILN_IMPORT_S3_SECRET_KEY") or env.text("BRANDKILN_S3_SECRET_KEY")
IMPORT_S3_REGION = env.text("BRANDKILN_IMPORT_S3_REGION", "us-east-1")
DISK_RESERVE = env.whole("BRANDKILN_DISK_RESERVE_MB", 256) * 2**20
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2**20
FILE_UPLOAD_TEMP_DIR = env.text("BRANDKILN_UPLOAD_TEMP") or None
API_BODY_LIMIT = 2**20
REQUESTS_AT_ONCE = env.whole("BRANDKILN_REQUESTS_AT_ONCE", 32, minimum=1)

TRASH_DAYS = env.whole("BRANDKILN_TRASH_DAYS", 30)

# Jobs

JOB_LEASE_SECONDS = env.whole("BRANDKILN_LEASE_SECONDS", 30, minimum=1)
JOB_MAX_ATTEMPTS = env.whole("BRANDKILN_MAX_ATTEMPTS", 3, minimum=1)
JOB_RING_AGAIN_SECONDS = env.whole("BRANDKILN_RING_AGAIN_SECONDS", 15, minimum=1)
JOB_GRACE_SECONDS = env.whole("BRANDKILN_GRACE_SECONDS", 10, minimum=1)
HOST_IDLE_SECONDS = env.whole("BRANDKILN_HOST_IDLE_SECONDS", 900, minimum=1)
HOST_MEMORY_MB = env.whole("BRANDKILN_HOST_MEMORY_MB", 8192, minimum=256)
HOST_SILENCE_SECONDS = env.whole("BRANDKILN_HOST_SILENCE_SECONDS", 1800, minimum=10)
TRAIN_PROCESSES = env.whole("BRANDKILN_TRAIN_PROCESSES", 1, minimum=1)

# Models served at /v1

SERVED_OPEN = env.whole("BRANDKILN_V1_OPEN", 32, minimum=1)
SERVED_KEEP_DAYS = env.whole("BRANDKILN_V1_KEEP_DAYS", 30)
SERVED_SECONDS = env.whole("BRANDKILN_V1_SECONDS", 600, minimum=1)

# Export packs

PACK_DAYS = env.whole("BRANDKILN_PACK_DAYS", 30, minimum=1)

# Networks on other servers

REMOTE_HOSTS = env.listing("BRANDKILN_REMOTE_HOSTS")
REMOTE_SECONDS = env.whole("BRANDKILN_REMOTE_SECONDS", 300, minimum=1)
WEBHOOK_HOSTS = env.listing("BRANDKILN_WEBHOOK_HOSTS")

# People

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboard:home"
ACCOUNT_ADAPTER = "brandkiln.workspaces.adapter.StudioAccountAdapter"
SOCIALACCOUNT_ADAPTER = "brandkiln.workspaces.adapter.StudioSocialAccountAdapter"
ACCOUNT_FORMS = {"signup": "brandkiln.workspaces.forms.InvitedSignupForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = env.choice(
    "BRANDKILN_EMAIL_VERIFICATION", "none", {"none", "optional", "mandatory"}
)
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ALLAUTH_TRUSTED_PROXY_COUNT = env.whole("BRANDKILN_PROXIES", 0)
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Brandkiln"
MFA_ALLOW_UNVERIFIED_EMAIL = ACCOUNT_EMAIL_VERIFICATION == "none"  # where no address is ever verified
OIDC_URL = env.text("BRANDKILN_OIDC_URL")
OIDC_CLAIM = env.text("BRANDKILN_OIDC_CLAIM", "groups")
OIDC_ROLES = env.listing("BRANDKILN_OIDC_ROLES")
SOCIALACCOUNT_EMAIL_AUTHENTICATION = env.flag("BRANDKILN_OIDC_TRUST_EMAIL")
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = SOCIALACCOUNT_EMAIL_AUTHENTICATION
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "APPS": (
            [
                {
                    "provider_id": "oidc",
                    "name": env.text("BRANDKILN_OIDC_NAME", "Single sign-on"),
                    "client_id": env.text("BRANDKILN_OIDC_CLIENT_ID"),
                    "secret": env.text("BRANDKILN_OIDC_SECRET"),
                    "settings": {
                        "server_url": OIDC_URL,
                        "oauth_pkce_enabled": True,
                        # one text, since allauth mixes the order of several
                        "scope": [" ".join(env.listing("BRANDKILN_OIDC_SCOPES", "openid,profile,email"))],
                    },
                }
            ]
            if OIDC_URL
            else []
        )
    }
}
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if env.text("BRANDKILN_SMTP_HOST")
    else "django.core.mail.backends.console.EmailBackend"
)
EMAIL_HOST = env.text("BRANDKILN_SMTP_HOST")
EMAIL_PORT = env.whole("BRANDKILN_SMTP_PORT", 587)
EMAIL_HOST_USER = env.text("BRANDKILN_SMTP_USER")
EMAIL_HOST_PASSWORD = env.text("BRANDKILN_SMTP_PASSWORD")
EMAIL_USE_TLS = env.flag("BRANDKILN_SMTP_TLS", True)
DEFAULT_FROM_EMAIL = env.text("BRANDKILN_MAIL_FROM", "studio@localhost")

# Language and time

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [ROOT / "platform" / "brandkiln" / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

# Browser

STATIC_URL = "/static/"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ["/admin/"],  # the admin theme needs inline script; staff only
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "media-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        # The button that leads to the provider is a form, and browsers hold its redirect against this too.
        "form-action": [SELF, *filter(None, [env.origin(OIDC_URL)])],
        "base-uri": [NONE],
        "frame-ancestors": [SELF],
    },
}

UNFOLD = {
    "SITE_TITLE": "Brandkiln",
    "SITE_HEADER": "Brandkiln",
    "SITE_SYMBOL": "local_fire_department",
    "SHOW_VIEW_ON_SITE": True,
    "COLORS": {  # the studio's clay, from light to dark
        "primary": {
            str(step): f"oklch({light}% {chroma} 39)"
            for step, light, chroma in (
                (50, 97, 0.014),
                (100, 94, 0.028),
                (200, 88, 0.055),
                (300, 80, 0.09),
                (400, 71, 0.128),
                (500, 60, 0.14),
                (600, 51.5, 0.138),
                (700, 45, 0.12),
                (800, 38, 0.1),
                (900, 32, 0.08),
                (950, 23, 0.05),
            )
        }
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("BRANDKILN_LOG_LEVEL", "INFO")},
}
