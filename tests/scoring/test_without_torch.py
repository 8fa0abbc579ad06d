"""The web serves, and shows how a PRM is configured, where torch is not installed."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

SCRIPT = """
import sys

class Refuses:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("torch", "transformers", "tokenizers", "safetensors", "huggingface_hub"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Refuses())

import annotate.wsgi, annotate.celery
from django.test import Client
from django.urls import get_resolver
get_resolver().url_patterns
from annotate.scoring.scorers.base import Surroundings, Unavailable
from annotate.scoring.scorers.registry import configured, kinds

assert "prm" in kinds()
scorer = configured("prm")
settings = scorer.check({"model": "someone/some-prm", "revision": "a" * 40})
print(scorer.version_for(settings, Surroundings()))
try:
    scorer.made(settings, Surroundings())
except Unavailable as error:
    print(error.reason)
answer = Client().get("/api/v1/schema/", headers={"host": "localhost"})
print(answer.status_code)
import annotate.local.prm_worker
from django.core.management import call_command
from django.core.management.base import CommandError
try:
    call_command("prm-worker", "--model", "x")
except CommandError as error:
    print(error)
"""


@pytest.mark.slow
def test_the_web_starts_and_serves_without_torch():
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT],
        cwd=ROOT,
        env={
            "PATH": "/usr/bin:/bin",
            "DJANGO_SETTINGS_MODULE": "annotate.settings",
            "DATABASE_URL": "postgres:///none",
            "REDIS_URL": "redis://none",
            "SECRET_KEY": "none",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    version, refusal, status, told = done.stdout.strip().splitlines()
    assert version.startswith("prm1-")
    assert "requirements-prm.txt" in refusal
    assert status == "200"
    assert "requirements-prm.txt" in told
