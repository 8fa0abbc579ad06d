from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A person. `is_staff`: may create projects. Everything else is decided by membership."""

    preferences = models.JSONField(
        default=dict, blank=True, help_text="How the pages behave for this person; see `preferences.py`"
    )


class ApiToken(models.Model):
    """A program's key to its owner's account. Only a digest is kept: the token is shown once, when it is made."""

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12, help_text="The first characters, so that its owner can tell tokens apart")
    digest = models.BinaryField(max_length=32, unique=True, help_text="SHA-256 of the token")
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
