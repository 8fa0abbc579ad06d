"""Settings, all from the environment; see `deploy/env.example` for the list with explanations."""

import json
import os
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from annotate.local.runtime import local_environment

# On a developer's machine, `manage.py` works beside a running `make run`, whose stores it finds by itself.
os.environ.update(local_environment())
env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.str("STEPMARK_DATA", default=str(BASE_DIR / "var"))).resolve()

DEBUG = env.bool("DEBUG", default=False)


def _secret(name: str) -> str:
    """The value of NAME, or the content of the file that NAME_FILE names."""
    file = env.str(f"{name}_FILE", default="")
    value = Path(file).read_text().strip() if file else env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(f"Set {name} or {name}_FILE. `make run` makes one in {DATA_DIR}/secret_key.")
    return value


def _json(name: str) -> dict[str, Any]:
    """An object in JSON: the value of NAME, or the content of the file that NAME_FILE names. Default: empty."""
    file = env.str(f"{name}_FILE", default="")
    text = Path(file).read_text() if file else env.str(name, default="")
    try:
        value = json.loads(text or "{}")
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise ImproperlyConfigured(f"{name} must be an object in JSON.")
    return value


def _limit(name: str) -> float | None:
    """A number that is not negative; None where nothing is set."""
    text = env.str(name, default="")
    try:
        value = float(text) if text else None
    except ValueError:
        value = -1.0
    if value is not None and not 0 <= value < float("inf"):
        raise ImproperlyConfigured(f"{name} must be a number, not {text!r}; leave it empty for no limit.")
    return value


SECRET_KEY = _secret("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "annotate.core",
    "annotate.audit",
    "annotate.accounts",
    "annotate.projects",
    "annotate.corpus",
    "annotate.scoring",
    "annotate.labeling",
    "annotate.quality",
    "annotate.imports",
    "annotate.exports",
    "annotate.local",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "annotate.api.middleware.answers_are_not_kept",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "annotate.api.parameters.ParametersAreKnown",
]
ROOT_URLCONF = "annotate.urls"
# A redirect to the address with the slash would make a GET of a program's POST, and lose what it sent.
APPEND_SLASH = False
WSGI_APPLICATION = "annotate.wsgi.application"
# A copy of the build (`manage.py collectstatic`), so that building anew never pulls files from under a running server.
STATIC_ROOT = DATA_DIR / "static"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [STATIC_ROOT],  # the front end's index.html, of the same build as the files beside it
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]

DATABASES = {"default": env.db_url("DATABASE_URL") | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

REDIS_URL = env.str("REDIS_URL")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}

# To Celery, Redis carries wake-ups and nothing else: no results are kept, and every job may be lost or run twice.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 900, "socket_timeout": 5, "socket_connect_timeout": 2}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_max": 0.2}
CELERY_BEAT_SCHEDULE = {
    "wake scoring": {"task": "scoring.wake_pending", "schedule": 10.0, "options": {"expires": 10}},
    "reprioritise": {"task": "labeling.reprioritise_scored", "schedule": 5.0, "options": {"expires": 5}},
    "fill in texts": {"task": "labeling.fill_in_texts", "schedule": 10.0, "options": {"expires": 10}},
    "train learned": {"task": "labeling.train_learned", "schedule": 60.0, "options": {"expires": 60}},
    "evaluate scorers": {"task": "quality.evaluate_waiting", "schedule": 15.0, "options": {"expires": 15}},
    "wake suggestions": {"task": "labeling.wake_suggestions", "schedule": 5.0, "options": {"expires": 5}},
    "change selections": {"task": "labeling.wake_selections", "schedule": 10.0, "options": {"expires": 10}},
    "expire leases": {"task": "labeling.expire_leases", "schedule": 30.0, "options": {"expires": 30}},
    "clear sessions": {"task": "accounts.clear_sessions", "schedule": 24 * 3600.0},
    "wake imports": {"task": "imports.wake_queued", "schedule": 10.0, "options": {"expires": 10}},
    "clear imported files": {"task": "imports.clear_files", "schedule": 6 * 3600.0},
    "sweep media": {"task": "imports.sweep_media", "schedule": 24 * 3600.0},
    "wake exports": {"task": "exports.wake_queued", "schedule": 15.0, "options": {"expires": 15}},
}

# Where finished datasets are kept: nothing for the data folder, or s3://bucket/folder. Its keys and region come from
# the environment as AWS' own tools read them; the endpoint is for other makers' buckets.
EXPORT_STORAGE = env.str("STEPMARK_EXPORT_STORAGE", default="")
EXPORT_ENDPOINT = env.str("STEPMARK_EXPORT_ENDPOINT", default="")

# How long a scoring worker may be silent before its work goes to another one.
SCORING_LEASE_SECONDS = env.float("SCORING_LEASE_SECONDS", default=45.0)
# How many jobs may wait for servers at once: less than there are processes that read the queue `remote`.
SCORING_REMOTE_JOBS = env.int("SCORING_REMOTE_JOBS", default=2)
# What scorers and suggestions may ask of servers on one day (UTC), all projects together; None: no limit.
SCORING_LIMITS: dict[str, float | None] = {
    name: _limit(f"SCORING_{name.upper()}") for name in ("requests_per_day", "tokens_per_day", "money_per_day")
}
# Where scorers may connect to, and the secrets that they may show there; `annotate.scoring.scorers.remote` reads both.
SCORER_HOSTS = env.str("STEPMARK_SCORER_HOSTS", default="").replace(",", " ").split()
SCORER_KEYS = _json("STEPMARK_KEYS")

# Where files are kept that rows speak of. Media lie under their digest: to write one again changes nothing.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "media": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": DATA_DIR / "media",
            "allow_overwrite": True,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
}

# The same for a worker that reads an uploaded file.
IMPORT_LEASE_SECONDS = env.float("IMPORT_LEASE_SECONDS", default=45.0)

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [d for d in [BASE_DIR / "frontend" / "dist"] if d.exists()]
# The front end's build puts a content hash into each name under assets/.
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+/assets/.+$"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Cookies are bound to https unless the operator serves plain http, as the one-command start does on localhost.
HTTPS = env.bool("HTTPS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SESSION_COOKIE_AGE = 14 * 24 * 3600
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# Ingest streams its body itself and bounds each line; Django's own limits are for forms.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "annotate.api.auth.TokenAuthentication",
        "annotate.api.auth.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["annotate.api.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["annotate.api.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "annotate.api.errors.handle",
    "DEFAULT_THROTTLE_RATES": {"sign-in": env.str("SIGN_IN_RATE", default="20/min")},
    # Whose tries are counted: the address that our proxy saw (there is one where https is spoken), or else the
    # connection's own. Left open, anybody could write an X-Forwarded-For and start counting anew.
    "NUM_PROXIES": 1 if HTTPS else 0,
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,  # `?format=` names a format of data sets here, not of answers
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Stepmark",
    "DESCRIPTION": "Step-level annotation of reasoning traces: ingest, judge, export.",
    "VERSION": "1",
    "COMPONENT_SPLIT_REQUEST": True,
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "ENUM_NAME_OVERRIDES": {
        "StepKind": "annotate.corpus.models.StepKind",
        "TaskKind": "annotate.labeling.models.Task.Kind",
        "ScorerKind": "annotate.scoring.models.Scorer.Kind",
        "MediaType": "annotate.corpus.models.Media.Type",
        "SettingType": ["text", "long", "url", "integer", "number", "choice", "switch", "key", "scorer"],
        "Rescored": ["all", "failed"],
        "AssignmentState": "annotate.labeling.models.Assignment.State",
        "NoteKind": "annotate.labeling.models.Note.Kind",
        "NoteState": "annotate.labeling.models.Note.State",
        "ExportState": "annotate.exports.models.Export.State",
        "ImportState": "annotate.imports.models.Import.State",
        "TraceState": ["open", "leased", "done"],
        "SuggestionState": "annotate.labeling.models.Suggestion.State",
        "EvaluationState": ["current", "old", "computing", "none"],
        "ThingScope": ["step", "trace", "problem", "text"],
        "ThingPart": ["value", "error_type", "tag", "premises", "span", "rubric", "question"],
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {"httpx": {"level": "WARNING"}},  # a line for each request that a scorer makes
}
