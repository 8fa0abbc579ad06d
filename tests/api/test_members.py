"""Who is in a project, and as what."""

from django.test import Client

from tests.factories import make_tasks

URL = "projects/algebra/members/"


def roles(browser):
    return {m["username"]: m["role"] for m in browser.get(URL).json()["results"]}


def test_everybody_is_listed_by_name(max_):
    assert list(roles(max_).items()) == [
        ("alice", "annotator"),
        ("bob", "annotator"),
        ("max", "admin"),
        ("rita", "reviewer"),
    ]


def test_a_person_with_an_account_is_added(max_, charlie):
    added = max_.post(URL, {"username": "charlie", "role": "reviewer"})
    assert added.status_code == 201
    assert "password" not in added.json()
    assert charlie.get("projects/algebra/").json()["role"] == "reviewer"


def test_a_new_name_gets_an_account_whose_password_is_shown_once(max_):
    added = max_.post(URL, {"username": "dora", "role": "annotator"}).json()
    sign_in = {"username": "dora", "password": added["password"]}
    assert Client().post("/api/v1/session/", sign_in, content_type="application/json").status_code == 200
    assert added["password"] not in max_.get(URL).content.decode()


def test_a_member_is_not_added_twice(max_):
    assert max_.post(URL, {"username": "alice", "role": "reviewer"}).json()["code"] == "already-member"
    assert roles(max_)["alice"] == "annotator"


def test_a_name_that_differs_from_another_only_in_capitals_makes_no_second_account(max_):
    response = max_.post(URL, {"username": "Alice", "role": "annotator"})
    assert response.status_code == 400
    assert "alice" in response.json()["detail"]


def test_a_malformed_name_or_role_is_told(max_):
    assert max_.post(URL, {"username": "two words", "role": "annotator"}).json()["errors"][0]["field"] == "username"
    assert max_.post(URL, {"username": "dora", "role": "king"}).json()["errors"][0]["field"] == "role"
    assert max_.post(URL, {"username": "dora", "role": "annotator", "x": 1}).json()["errors"][0]["field"] == "x"


def test_a_role_is_changed_and_holds_at_once(max_, rita):
    change = {"role": "annotator"}
    assert max_.patch(URL + "rita/", change, content_type="application/json").status_code == 200
    assert rita.get("projects/algebra/tasks/").status_code == 403


def test_a_removed_member_sees_the_project_no_more(max_, alice):
    assert max_.delete(URL + "alice/").status_code == 204
    assert alice.get("projects/algebra/").status_code == 404
    assert max_.delete(URL + "alice/").status_code == 404


def test_the_last_admin_stays(max_):
    assert max_.delete(URL + "max/").json()["code"] == "last-admin"
    change = max_.patch(URL + "max/", {"role": "annotator"}, content_type="application/json")
    assert change.json()["code"] == "last-admin"
    max_.patch(URL + "rita/", {"role": "admin"}, content_type="application/json")
    assert max_.delete(URL + "max/").status_code == 204


def test_a_changed_role_does_not_change_what_was_done(cast, max_, alice):
    make_tasks(cast.project, 1)
    claim = alice.post("projects/algebra/tasks/next/").json()
    alice.post(f"assignments/{claim['assignment']}/submit/", {"first_error": None})

    changed = max_.patch(URL + "alice/", {"role": "reviewer"}, content_type="application/json").json()

    assert (changed["role"], changed["submitted"]) == ("reviewer", 1)
