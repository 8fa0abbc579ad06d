"""The people of every test, always with the same parts, and how they speak to the API."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from annotate.accounts.models import User
from annotate.projects.models import Membership, Project, Role
from tests.factories import make_project


@dataclass(frozen=True)
class Cast:
    project: Project
    alice: User  # annotator
    bob: User  # annotator, too
    charlie: User  # outsider: an account, but no membership
    rita: User  # reviewer
    max: User  # admin of the project, and of the installation


class Browser(Client):
    """A test client that speaks JSON, signed in as `user`. Paths are relative to `/api/v1/`."""

    def __init__(self, user: User | None = None, **options: Any) -> None:
        super().__init__(**options)
        if user is not None:
            self.sign_in(user)

    def sign_in(self, user: User) -> None:
        """What `force_login` ends with, by one query instead of nine: most tests begin with it."""
        session = {SESSION_KEY: str(user.pk), BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0]}
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        row = Session.objects.create(
            session_key=secrets.token_hex(16),
            session_data=SessionStore().encode(session),
            expire_date=timezone.now() + timedelta(days=1),
        )
        self.cookies[settings.SESSION_COOKIE_NAME] = row.session_key

    def generic(self, method: str, path: str, *args: Any, **kwargs: Any) -> Any:
        return super().generic(method, path if path.startswith("/") else f"/api/v1/{path}", *args, **kwargs)

    def post(self, path: str, data: Any = None, content_type: str = "application/json", **kwargs: Any) -> Any:
        return super().post(path, {} if data is None else data, content_type=content_type, **kwargs)


@pytest.fixture
def cast(db: None) -> Cast:
    """A project `algebra` and the five of them."""
    people = [User(username=name, is_staff=name == "max") for name in ("max", "alice", "bob", "charlie", "rita")]
    for user in people:
        user.set_unusable_password()
    max_, alice, bob, charlie, rita = User.objects.bulk_create(people)
    project = make_project("algebra", admin=max_)
    roles = ((alice, Role.ANNOTATOR), (bob, Role.ANNOTATOR), (rita, Role.REVIEWER))
    Membership.objects.bulk_create(Membership(project=project, user=user, role=role) for user, role in roles)
    return Cast(project, alice, bob, charlie, rita, max_)


@pytest.fixture
def alice(cast: Cast) -> Browser:
    return Browser(cast.alice)


@pytest.fixture
def bob(cast: Cast) -> Browser:
    return Browser(cast.bob)


@pytest.fixture
def charlie(cast: Cast) -> Browser:
    return Browser(cast.charlie)


@pytest.fixture
def rita(cast: Cast) -> Browser:
    return Browser(cast.rita)


@pytest.fixture
def max_(cast: Cast) -> Browser:
    return Browser(cast.max)


@pytest.fixture
def nobody(db: None) -> Browser:
    """Not signed in."""
    return Browser()
