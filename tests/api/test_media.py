"""Media over HTTP: uploaded under a name, served in whole or in part, and never as anything else."""

from annotate.corpus.models import Media
from tests.cast import Browser, Cast
from tests.corpus.test_media import OF_PNG, PNG
from tests.factories import make_project


def test_a_picture_is_uploaded_and_shown(cast: Cast) -> None:
    make_project("pictures", admin=cast.max)
    max_ = Browser(cast.max)
    path = "/api/v1/projects/pictures/media/"
    first = max_.post(f"{path}?name=images/1.png", PNG, content_type="application/octet-stream")
    assert (first.status_code, first.json()) == (201, OF_PNG)
    assert max_.post(path, PNG, content_type="image/svg+xml").status_code == 200
    shown = max_.get(f"{path}{OF_PNG['sha256']}/")
    assert b"".join(shown.streaming_content) == PNG
    assert shown["Content-Type"] == "image/png"
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert shown["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert shown["Cache-Control"].startswith("private")


def test_a_player_asks_for_parts(cast: Cast) -> None:
    make_project("pictures", admin=cast.max)
    max_ = Browser(cast.max)
    path = "/api/v1/projects/pictures/media/"
    max_.post(path, PNG, content_type="image/png")
    n = len(PNG)
    for asked, part, said in [
        ("bytes=0-", PNG, None),
        ("bytes=5-9", PNG[5:10], f"bytes 5-9/{n}"),
        ("bytes=-4", PNG[-4:], f"bytes {n - 4}-{n - 1}/{n}"),
        (f"bytes=10-{10 * n}", PNG[10:], f"bytes 10-{n - 1}/{n}"),
        ("lines=1-2", PNG, None),
    ]:
        answer = max_.get(f"{path}{OF_PNG['sha256']}/", headers={"range": asked})
        assert b"".join(answer.streaming_content) == part
        assert (answer.status_code, answer.headers.get("Content-Range")) == (206 if said else 200, said)
    assert max_.get(f"{path}{OF_PNG['sha256']}/", headers={"range": f"bytes={n}-"}).status_code == 416


def test_a_file_is_its_projects_alone(cast: Cast) -> None:
    make_project("pictures", admin=cast.max)
    make_project("others", admin=cast.max)
    max_ = Browser(cast.max)
    max_.post("/api/v1/projects/pictures/media/", PNG, content_type="image/png")
    assert max_.get(f"/api/v1/projects/others/media/{OF_PNG['sha256']}/").status_code == 404
    assert Browser(cast.charlie).get(f"/api/v1/projects/pictures/media/{OF_PNG['sha256']}/").status_code == 404


def test_a_page_in_disguise_is_refused(cast: Cast) -> None:
    make_project("pictures", admin=cast.max)
    answer = Browser(cast.max).post("/api/v1/projects/pictures/media/", b"<svg/>", content_type="image/png")
    assert (answer.status_code, answer.json()["code"]) == (400, "not-media")
    assert not Media.objects.exists()
