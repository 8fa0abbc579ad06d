"""The settings with which tests run: the application's own, but for passwords that are quick to check."""

from annotate.settings import *  # noqa: F403

# The real ones take a third of a second of processor time, on purpose, and nearly every test makes people and signs in.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
