"""Making, listing and reading projects; guidelines and label schema in versions."""

import pytest

from annotate.audit.models import Event


def test_slug_and_name_are_enough(max_):
    made = max_.post("projects/", {"slug": "geometry", "name": "Geometry"})
    assert made.status_code == 201
    project = made.json()
    assert (project["role"], project["mode"], project["annotations_per_task"]) == ("admin", "first_error", 1)
    assert project["policy"] == "convincing-wrong-answer"
    assert project["random_share"] == 0.15
    assert {t["key"] for t in project["label_schema"]["error_types"]} >= {"calculation", "hallucinated_fact"}
    stats = max_.get("projects/geometry/stats/").json()
    assert {s["key"] for s in stats["scorers"]} == {"answer", "arithmetic"}


def test_a_slug_is_taken_once(max_):
    again = max_.post("projects/", {"slug": "algebra", "name": "Other"})
    assert (again.status_code, again.json()["code"]) == (409, "slug-taken")


def test_only_staff_make_projects(rita):
    assert rita.post("projects/", {"slug": "x", "name": "X"}).status_code == 403


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("slug", "no spaces"),
        ("name", ""),
        ("mode", "guess"),
        ("random_share", 1.5),
        ("lease_minutes", 0),
        ("annotations_per_task", 0),
        ("policy", "best"),
        ("polcy", "random"),
    ],
)
def test_a_wrong_setting_is_told_by_name(max_, field, value):
    answer = max_.post("projects/", {"slug": "x", "name": "X", field: value})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field


def test_everybody_sees_their_own_projects_alone(max_, alice, charlie):
    max_.post("projects/", {"slug": "geometry", "name": "Geometry"})
    assert [p["slug"] for p in max_.get("projects/").json()["results"]] == ["algebra", "geometry"]
    assert [p["slug"] for p in alice.get("projects/").json()["results"]] == ["algebra"]
    assert charlie.get("projects/").json()["results"] == []
    assert alice.get("projects/geometry/").status_code == 404


def test_listing_projects_takes_the_same_queries_for_one_or_many(max_, django_assert_max_num_queries):
    for i in range(5):
        max_.post("projects/", {"slug": f"p{i}", "name": "P"})
    with django_assert_max_num_queries(6):  # session, user, memberships, and the numbers of all of them
        assert len(max_.get("projects/").json()["results"]) == 6


def test_changed_guidelines_are_a_new_version_and_unchanged_ones_are_not(max_, alice):
    def change(text):
        return max_.patch("projects/algebra/", {"guidelines": text}, content_type="application/json").json()

    assert change("Read *every* step.\n")["guidelines"] == {"version": 2, "text": "Read *every* step.\n"}
    assert change("Read *every* step.\n")["guidelines"]["version"] == 2
    assert alice.get("projects/algebra/").json()["guidelines"]["text"] == "Read *every* step.\n"


def test_error_types_are_versioned_and_checked(max_):
    def change(*keys):
        types = [{"key": key, "name": key.title()} for key in keys]
        return max_.patch("projects/algebra/", {"error_types": types}, content_type="application/json")

    schema = change("logic", "units").json()["label_schema"]
    assert schema["version"] == 2
    assert schema["error_types"] == [{"key": "logic", "name": "Logic"}, {"key": "units", "name": "Units"}]
    assert change("logic", "logic").status_code == 400
    assert change("Logic!").status_code == 400
    assert change("logic", "units").json()["label_schema"]["version"] == 2


def test_changes_are_written_down(max_, cast):
    max_.patch("projects/algebra/", {"name": "Algebra 2"}, content_type="application/json")
    event = Event.objects.get(verb="project.update")
    assert (event.actor, event.project_id, event.data) == (cast.max, cast.project.pk, {"changed": ["name"]})


def test_a_project_is_made_with_its_scorers_or_not_at_all(max_, monkeypatch):
    def broken(project):
        raise RuntimeError

    monkeypatch.setattr("annotate.api.projects.ensure_default_scorers", broken)
    max_.raise_request_exception = False
    assert max_.post("projects/", {"slug": "geometry", "name": "Geometry"}).status_code == 500
    assert max_.get("projects/geometry/").status_code == 404
