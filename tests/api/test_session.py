"""Signing in and out, and one's own password."""

import pytest
from django.core.cache import cache
from django.test import Client

from annotate.accounts.actions import create_token
from annotate.audit.models import Event
from tests.cast import Browser
from tests.factories import PASSWORD, make_user

URL = "/api/v1/session/"


@pytest.fixture(autouse=True)
def no_earlier_tries():
    cache.clear()


def sign_in(client, password=PASSWORD, username="dora"):
    return client.post(URL, {"username": username, "password": password}, content_type="application/json")


def test_in_and_out(db):
    make_user("dora", password=PASSWORD)
    client = Client()
    assert client.get(URL).json() == {"user": None}
    assert sign_in(client).json() == {"user": {"username": "dora", "name": "", "is_staff": False, "preferences": {}}}
    assert client.get(URL).json()["user"]["username"] == "dora"
    assert client.delete(URL).status_code == 204
    assert client.get(URL).json() == {"user": None}
    assert client.get("/api/v1/projects/").status_code == 401


@pytest.mark.parametrize(("username", "password"), [("dora", "wrong"), ("nobody-at-all", PASSWORD)])
def test_a_wrong_password_and_an_unknown_name_look_the_same(db, username, password):
    make_user("dora", password=PASSWORD)
    response = sign_in(Client(), password, username)
    assert response.status_code == 400
    assert response.json()["code"] == "bad-credentials"


def test_a_closed_account_does_not_get_in(db):
    user = make_user("dora", password=PASSWORD)
    user.is_active = False
    user.save()
    assert sign_in(Client()).status_code == 400


def test_guessing_is_slowed_down(db):
    make_user("dora", password=PASSWORD)
    codes = [sign_in(Client(), "wrong").status_code for _ in range(25)]
    assert codes[:10] == [400] * 10
    assert codes[-1] == 429


def test_a_write_from_a_browser_needs_the_csrf_token(db):
    user = make_user("dora")
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    client.get(URL)
    body = {"name": "x"}
    assert client.post("/api/v1/tokens/", body, content_type="application/json").status_code == 403
    token = client.cookies["csrftoken"].value
    headers = {"HTTP_X_CSRFTOKEN": token}
    assert client.post("/api/v1/tokens/", body, content_type="application/json", **headers).status_code == 201


def test_guessing_the_old_password_is_slowed_down(db):
    client = Client()
    client.force_login(make_user("dora", password=PASSWORD))
    url, guess = URL + "password/", {"old": "wrong", "new": "a long new password"}
    assert [client.post(url, guess, content_type="application/json").status_code for _ in range(25)][-1] == 429


def test_a_new_password(db):
    make_user("dora", password=PASSWORD)
    here, elsewhere = Client(), Client()
    sign_in(here), sign_in(elsewhere)

    def change(old, new):
        return here.post(URL + "password/", {"old": old, "new": new}, content_type="application/json")

    assert change("wrong", "a long new password").json()["errors"][0]["field"] == "old"
    assert change(PASSWORD, "short").json()["errors"][0]["field"] == "new"
    assert change(PASSWORD, "a long new password").status_code == 204
    assert [event.verb for event in Event.objects.all()] == ["password.change"]
    assert here.get(URL).json()["user"]
    assert elsewhere.get(URL).json() == {"user": None}  # signed out
    assert sign_in(Client()).status_code == 400
    assert sign_in(Client(), "a long new password").status_code == 200


def test_programs_go_on_with_a_new_password_unless_their_tokens_are_revoked_with_it(db):
    user = make_user("dora", password=PASSWORD)
    _, token = create_token(user=user, name="nightly")
    browser = Client()
    sign_in(browser)

    def change(old, new, **more):
        body = {"old": old, "new": new, **more}
        assert browser.post(URL + "password/", body, content_type="application/json").status_code == 204
        return Client().get("/api/v1/projects/", HTTP_AUTHORIZATION=f"Bearer {token}").status_code

    assert change(PASSWORD, "a long new password") == 200
    assert change("a long new password", "another long password", revoke_tokens=True) == 401
    assert browser.get(URL).json()["user"]
    assert [event.data for event in Event.objects.filter(verb="password.change")] == [
        {"tokens_revoked": 0},
        {"tokens_revoked": 1},
    ]


def test_preferences_go_with_the_account(cast, alice):
    def change(**preferences):
        return alice.patch("session/preferences/", preferences, content_type="application/json")

    assert alice.get("session/").json()["user"]["preferences"] == {}
    assert change(keys={"first-error": ["f"]}, theme="contrast").status_code == 200
    assert change(single_keys=False).json() == {
        "keys": {"first-error": ["f"]},
        "theme": "contrast",
        "single_keys": False,
    }
    assert Browser(cast.alice).get("session/").json()["user"]["preferences"]["keys"] == {"first-error": ["f"]}
    assert change(language="pt-BR").json()["language"] == "pt-BR"
    assert change(language="../de").status_code == 400
    assert change(keys={"</script>": ["x"]}).status_code == 400
    assert change(colour="red").json()["errors"][0]["field"] == "colour"
