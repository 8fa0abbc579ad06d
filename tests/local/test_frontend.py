import pytest

from annotate.local import frontend


@pytest.mark.parametrize(
    ("version", "enough"),
    [
        ("v20.19.0", True),
        ("v20.18.3", False),
        ("v22.1.0", True),
        ("v18.20.1", False),
        ("", False),
        ("v100.0.0", True),
    ],
)
def test_which_node_will_do(version, enough):
    assert frontend.recent_enough(version) is enough


def test_a_build_is_made_again_when_a_source_changed_or_went(tmp_path, monkeypatch):
    monkeypatch.setattr(frontend, "REPOSITORY", tmp_path)
    monkeypatch.setattr(frontend, "FOLDER", tmp_path / "frontend")
    source = tmp_path / "frontend" / "src" / "main.ts"
    for path in (
        source,
        tmp_path / "frontend" / "dist" / "x.js",
        tmp_path / "frontend" / "node_modules" / "y.js",
    ):
        path.parent.mkdir(parents=True)
        path.write_text("1")
    before = frontend.built_from()
    (tmp_path / "frontend" / "dist" / "x.js").write_text("2")
    (tmp_path / "frontend" / "node_modules" / "y.js").write_text("2")
    assert frontend.built_from() == before
    source.write_text("2")
    assert frontend.built_from() != before
