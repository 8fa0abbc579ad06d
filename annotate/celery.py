"""The Celery application. Jobs live in each app's `jobs.py`; `tasks` are what annotators do."""

import os

from celery import Celery

from annotate.core import heartbeat  # noqa: F401  (a worker shows that it lives)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotate.settings")

app = Celery("annotate")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="jobs")
