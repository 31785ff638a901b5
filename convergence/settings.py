"""Settings of the platform: embedded by default, production by environment (``convergence/environment.py``)."""

from __future__ import annotations

from datetime import timedelta

from csp.constants import NONCE, NONE, SELF

from .environment import BASE_DIR, env, environment

VAR_DIR = environment.var_dir
VAR_DIR.mkdir(parents=True, exist_ok=True)

SECRET_KEY = environment.effective_secret_key
DEBUG = False
ALLOWED_HOSTS = environment.allowed_hosts
BASE_URL = environment.base_url.rstrip("/")
DEMO = environment.demo
IDENTITE = environment.identity
SUPPORT_EMAIL = environment.support_email

INSTALLED_APPS = [
    "accounts",
    "questionnaires",
    "catalog",
    "evidence",
    "parcours",
    "dossiers",
    "convergence",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "accounts.sign_in.apps.SessionsConfig",  # allauth.usersessions
    "guardian",
    "django_htmx",
    "csp",
]

MIDDLEWARE = [
    "convergence.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "convergence.middleware.PolicyMiddleware",
    "convergence.middleware.SecurityHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "convergence.middleware.CleanInputMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.SignInMiddleware",
    "accounts.middleware.AccountGateMiddleware",
    "convergence.middleware.SiteContextMiddleware",
    "convergence.middleware.RefusalMiddleware",
]

if not environment.production:  # there the proxy compresses, at no cost for the site
    MIDDLEWARE.insert(1, "convergence.middleware.CompressionMiddleware")

ROOT_URLCONF = "convergence.urls"
WSGI_APPLICATION = "convergence.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "convergence.context_processors.site",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "builtins": ["convergence.templatetags.components", "convergence.templatetags.francais"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Data -------------------------------------------------------------------------------------------------------------
if environment.database_url:
    DATABASES = {"default": env.db_url_config(environment.database_url)}
else:
    DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": VAR_DIR / "convergence.sqlite3"}}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;",
    }
    DATABASES["default"]["TEST"] = {"NAME": VAR_DIR / "test.sqlite3"}  # a file: the shared in-memory cache ignores the timeout
else:
    # WF-6: a statement never holds a page for more than 10 s, a lock for more than 5 s.
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c statement_timeout=10000 -c lock_timeout=5000 -c random_page_cost=1.1"
    DATABASES["default"]["OPTIONS"]["prepare_threshold"] = 5  # what Django sends is never prepared; ``accounts.prepared`` asks for it
    DATABASES["default"]["ENGINE"] = "convergence.postgresql"
    DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True  # three exchanges for the few rows that allauth reads so at sign-in (P18)
DATABASES["default"]["CONN_MAX_AGE"] = 600  # one connection per process: the workers are synchronous
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # logins are unique by their folded form, ``User.username_cle`` (AU-10)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

if environment.redis_url:
    CACHES = {"default": {"BACKEND": "convergence.cache.RedisCache", "LOCATION": environment.redis_url}}
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": VAR_DIR / "cache", "OPTIONS": {"MAX_ENTRIES": 10000}}}

if environment.s3_bucket:
    _files = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {"bucket_name": environment.s3_bucket, "endpoint_url": environment.s3_endpoint or None, "querystring_expire": 60, "file_overwrite": False},
    }
else:
    _files = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": VAR_DIR / "fichiers", "base_url": None}}
STORAGES = {"default": _files, "staticfiles": {"BACKEND": "convergence.staticfiles.SiteStorage"}}
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "statiques"
STATIC_ROOT.mkdir(exist_ok=True)  # WhiteNoise warns of a missing folder
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "convergence.staticfiles.DsfrFinder",
]
WHITENOISE_USE_FINDERS = not environment.production  # a site that has not collected its files serves them where they are
WHITENOISE_AUTOREFRESH = False
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
FILE_UPLOAD_HANDLERS = [
    "accounts.fichiers.uploads.BoundedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
CLAMD_SOCKET = environment.clamd_socket  # without it files are « non analysés », never « sains » (FI-6)
CONSERVATION = {  # how long each thing is kept (DP-1); ``accounts.conservation`` says what and why
    "comptes_inactifs": timedelta(days=2 * 365),
    "sessions": timedelta(hours=12),
    "liens": timedelta(days=30),
    "courriels": timedelta(days=90),
    "notifications": timedelta(days=365),
    "travaux": timedelta(days=365),
    "justificatifs": timedelta(days=30),
    "justificatifs_sans_decision": timedelta(days=120),
    "demandes_sans_suite": timedelta(days=90),
    "demandes_decidees": timedelta(days=365),
    "journal_personnes": timedelta(days=5 * 365),
    "journaux_techniques": timedelta(days=365),
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# --- Who may enter ----------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "accounts.backends.AccountBackend",
    "guardian.backends.ObjectPermissionBackend",
]
ANONYMOUS_USER_NAME = None
GUARDIAN_RAISE_403 = False
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "parcours:tableau_de_bord"
LOGOUT_REDIRECT_URL = "accueil"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "accounts.sign_in.passwords.LengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.sign_in.passwords.StrengthValidator"},
]
PASSWORD_RESET_TIMEOUT = 3600
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "accounts.courriels.invitations.LinkTokenGenerator"
ACCOUNT_ADAPTER = "accounts.sign_in.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.sign_in.LoginForm",
    "change_password": "accounts.forms.sign_in.ChangePasswordForm",
    "reset_password": "accounts.forms.sign_in.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.sign_in.ResetPasswordKeyForm",
    "reauthenticate": "accounts.forms.sign_in.ReauthenticateForm",
    "user_token": "accounts.forms.sign_in.UserTokenForm",
}
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are opened by an invitation sent to the address: it is verified by construction
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "10/m/ip,5/5m/key", "reset_password": "20/m/ip,5/m/key", "reset_password_from_key": "20/m/ip"}
ALLAUTH_TRUSTED_PROXY_COUNT = environment.proxy_depth
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Convergence"
DOUBLE_FACTEUR_RESPONSABLES = environment.second_factor_responsables  # the agency always has one (ACC-4)
MFA_ADAPTER = "accounts.sign_in.adapter.MFAAdapter"
MFA_RECOVERY_CODES_SHOW_ONCE = True  # only their digests are kept (AU-3)
MFA_FORMS = {
    "authenticate": "accounts.forms.mfa.AuthenticateForm",
    "reauthenticate": "accounts.forms.mfa.ReauthenticateForm",
    "add_webauthn": "accounts.forms.cles.AjouterCleForm",
    "edit_webauthn": "accounts.forms.cles.RenommerCleForm",
    "authenticate_webauthn": "accounts.forms.cles.UtiliserCleForm",
    "reauthenticate_webauthn": "accounts.forms.cles.ReconfirmerCleForm",
}
OPENID_FOURNISSEURS = environment.openid  # none by default
USERSESSIONS_TRACK_ACTIVITY = False  # tracking writes on every GET (WB-2)

# --- Browser ----------------------------------------------------------------------------------------------------------
SESSION_ENGINE = "accounts.session_engine"  # a page reads the cache; a session ended is taken away from both
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = environment.https
SESSION_COOKIE_NAME = "__Host-session" if environment.https else "session"
COMPTE_COOKIE_NAME = "__Host-compte" if environment.https else "compte"  # ours: ``accounts.sign_in.temoin``
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = environment.https
CSRF_COOKIE_NAME = "__Host-csrf" if environment.https else "csrf"
CSRF_TRUSTED_ORIGINS = [BASE_URL]
CSRF_FAILURE_VIEW = "convergence.views.csrf_failure"
MESSAGE_STORAGE = "convergence.messages.MessageStorage"
MESSAGES_COOKIE_NAME = "__Host-messages" if environment.https else "messages"
SECURE_SSL_REDIRECT = environment.https
SECURE_HSTS_SECONDS = 31536000 if environment.https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = environment.https
SECURE_HSTS_PRELOAD = environment.https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if environment.proxy_depth else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

# --- Work in the background -------------------------------------------------------------------------------------------
if environment.redis_url:
    CELERY_BROKER_URL = environment.redis_url
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 300, "unacked_restore_throttle": 1}
else:
    _queue = VAR_DIR / "taches"
    for _name in ("messages", "controle"):
        (_queue / _name).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "filesystem://"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_queue / "messages"),
        "data_folder_out": str(_queue / "messages"),
        "control_folder": str(_queue / "controle"),
        "polling_interval": 0.1,
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 180
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "Europe/Paris"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    "reconcilier-travaux": {"task": "accounts.tasks.reconcilier", "schedule": 30.0},
    "envoyer-courriels": {"task": "accounts.tasks.envoyer_courriels", "schedule": 30.0},
    "annoncer-conditions": {"task": "accounts.tasks.annoncer_conditions", "schedule": 30.0},
    "analyser-fichiers": {"task": "accounts.tasks.analyser_fichiers", "schedule": 30.0},
    "purger-justificatifs": {"task": "accounts.tasks.purger_justificatifs", "schedule": 3600.0},
    "appliquer-conservation": {"task": "accounts.tasks.appliquer_conservation", "schedule": 6 * 3600.0},
    "purger-fichiers-expires": {"task": "accounts.tasks.purger_fichiers_expires", "schedule": 3600.0},
}

# --- Mail: files in a folder by default, SMTP by EMAIL_URL --------------------------------------------------------------
if environment.email_url:
    vars().update(env.email_url_config(environment.email_url))
else:
    EMAIL_BACKEND = "convergence.boite.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "courriels"
DEFAULT_FROM_EMAIL = environment.email_from
EMAIL_TIMEOUT = 10

# --- Language and time --------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français")]
TIME_ZONE = "Europe/Paris"
USE_TZ = True
USE_I18N = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"ligne": {"()": "convergence.logs.OneLineFormatter", "format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "ligne"}},
    "root": {"handlers": ["console"], "level": environment.log_level},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},
        "kombu.connection": {"level": "ERROR"},
    },
}
