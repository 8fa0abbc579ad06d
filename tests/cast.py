"""The people of every test, always with the same parts, and how they speak to the API."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from annotate.accounts.models import User
from annotate.projects.models import Project, Role
from tests.factories import make_member, make_project, make_user


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
            self.force_login(user)

    def generic(self, method: str, path: str, *args: Any, **kwargs: Any) -> Any:
        return super().generic(method, path if path.startswith("/") else f"/api/v1/{path}", *args, **kwargs)

    def post(self, path: str, data: Any = None, content_type: str = "application/json", **kwargs: Any) -> Any:
        return super().post(path, {} if data is None else data, content_type=content_type, **kwargs)


@pytest.fixture
def cast(db: None) -> Cast:
    """A project `algebra` and the five of them."""
    max_ = make_user("max", is_staff=True)
    project = make_project("algebra", admin=max_)
    alice, bob, charlie, rita = (make_user(name) for name in ("alice", "bob", "charlie", "rita"))
    for user, role in ((alice, Role.ANNOTATOR), (bob, Role.ANNOTATOR), (rita, Role.REVIEWER)):
        make_member(project, user, role)
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
