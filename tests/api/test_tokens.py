"""API tokens: shown once, kept as a digest, revocable."""

from django.test import Client

from annotate.accounts.models import ApiToken


def use(token):
    return Client().get("/api/v1/projects/", HTTP_AUTHORIZATION=f"Bearer {token}").status_code


def test_a_token_is_shown_once_and_lets_a_program_in(alice):
    made = alice.post("tokens/", {"name": "nightly import"})
    assert made.status_code == 201
    token = made.json()["token"]
    assert use(token) == 200
    listed = alice.get("tokens/").json()["results"]
    assert [t["name"] for t in listed] == ["nightly import"]
    assert token not in alice.get("tokens/").content.decode()
    assert token.startswith(listed[0]["prefix"])
    assert listed[0]["last_used_at"]


def test_only_a_digest_is_kept(alice):
    token = alice.post("tokens/", {"name": "x"}).json()["token"]
    row = ApiToken.objects.values().get()
    assert token not in str(row)
    assert len(bytes(row["digest"])) == 32


def test_a_revoked_token_is_refused_at_once_with_words(alice):
    made = alice.post("tokens/", {"name": "x"}).json()
    assert alice.delete(f"tokens/{made['id']}/").status_code == 204
    response = Client().get("/api/v1/projects/", HTTP_AUTHORIZATION=f"Bearer {made['token']}")
    assert response.status_code == 401
    assert "revoked" in response.json()["detail"]
    assert alice.delete(f"tokens/{made['id']}/").status_code == 404
    assert alice.get("tokens/").json()["results"] == []


def test_nobody_revokes_or_sees_another_ones_token(alice, bob):
    made = alice.post("tokens/", {"name": "x"}).json()
    assert bob.delete(f"tokens/{made['id']}/").status_code == 404
    assert bob.get("tokens/").json()["results"] == []
    assert use(made["token"]) == 200


def test_a_token_of_a_closed_account_is_refused(alice, cast):
    token = alice.post("tokens/", {"name": "x"}).json()["token"]
    cast.alice.is_active = False
    cast.alice.save()
    assert use(token) == 401


def test_nonsense_is_refused(db):
    for token in ("", "x", "smk_", "smk_" + "a" * 5000, "é"):
        assert use(token.encode().decode("latin-1")) == 401


def test_a_token_needs_a_name(alice):
    assert alice.post("tokens/", {"name": "  "}).json()["errors"][0]["field"] == "name"
