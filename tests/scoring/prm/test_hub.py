"""A checkpoint from a hub: a server on this machine that speaks its protocol, as far as a download goes."""

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("huggingface_hub")

ROOT = Path(__file__).resolve().parents[3]
NEWEST, OLD = "a" * 40, "b" * 40
ASK = """
import json, sys
from annotate.scoring.scorers.prm.checkpoint import Unusable, locate, newest_revision, open_checkpoint
model, revision = sys.argv[1:]
try:
    revision = revision or newest_revision(model)
    folder = locate(model, revision)
    told = {"revision": revision, "files": sorted(f.name for f in folder.iterdir())}
    told["digest"] = open_checkpoint(folder).digest
except Unusable as error:
    told = {"error": str(error)}
print(json.dumps(told))
"""


class Hub:
    """`commits`: by commit, the files' contents by name; `asked`: the paths so far."""

    def __init__(self, commits: dict[str, dict[str, bytes]]) -> None:
        self.asked: list[str] = []
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                hub.asked.append(self.path)
                path = self.path.partition("?")[0].removeprefix("/").split("/")
                if path[:4] == ["api", "models", "someone", "some-prm"]:
                    commit = path[5] if len(path) > 5 else NEWEST
                    files = commits.get(commit, {})
                    known: Any = {"id": "someone/some-prm", "sha": commit}
                    if path[4:5] == ["tree"]:
                        known = [
                            {"type": "file", "path": name, "size": len(content), "oid": "0" * 40}
                            for name, content in files.items()
                        ]
                    self._send(json.dumps(known).encode() if files else None, {"Content-Type": "application/json"})
                elif path[:3] == ["someone", "some-prm", "resolve"]:
                    content = commits.get(path[3], {}).get("/".join(path[4:]))
                    etag = f'"{hashlib.sha256(content or b"").hexdigest()}"'
                    self._send(content, {"ETag": etag, "X-Repo-Commit": path[3]})
                else:
                    self._send(None, {})

            do_HEAD = do_GET

            def _send(self, content: bytes | None, headers: dict[str, str]) -> None:
                self.send_response(404 if content is None else 200)
                content = content or b""
                for name, value in {**headers, "Content-Length": str(len(content))}.items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command == "GET":
                    self.wfile.write(content)

            def log_message(self, *args: Any) -> None: ...

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()


@pytest.fixture
def hub(checkpoints: dict[str, Any]) -> Iterator[Hub]:
    """Two commits of a repository, the newer with other weights; both with pickles and code beside them."""
    commits = {}
    for commit, family in ((NEWEST, "qwen"), (OLD, "trl")):
        files = {file.name: file.read_bytes() for file in checkpoints[family].folder.iterdir()}
        commits[commit] = {**files, "pytorch_model.bin": b"\x80\x04.", "original/weights.pth": b"\x80\x04."}
    hub = Hub(commits)
    yield hub
    hub.close()


def download(hub: Hub | None, cache: Path, revision: str = "") -> dict[str, Any]:
    """In a process of its own: the hub's library reads its environment when it is imported."""
    where = {"HF_HUB_OFFLINE": "1"} if hub is None else {"HF_ENDPOINT": hub.url, "HF_HUB_OFFLINE": "0"}
    done = subprocess.run(
        [sys.executable, "-c", ASK, "someone/some-prm", revision],
        cwd=ROOT,
        env={**os.environ, **where, "HF_HOME": str(cache), "HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_XET": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def test_a_download_is_pinned_to_a_commit_and_leaves_pickles_and_code_where_they_are(hub, checkpoints, tmp_path):
    from annotate.scoring.scorers.prm.checkpoint import open_checkpoint

    found = download(hub, tmp_path)
    assert found.get("revision") == NEWEST, (found, hub.asked)
    assert found["digest"] == open_checkpoint(checkpoints["qwen"].folder).digest, "byte for byte"
    assert {"config.json", "tokenizer.json", "model.safetensors.index.json"} < set(found["files"])
    fetched = [path for path in hub.asked if "/resolve/" in path]
    assert fetched
    assert all(f"/resolve/{NEWEST}/" in path for path in fetched)
    assert not [path for path in fetched if path.endswith((".py", ".bin", ".pth"))]

    # Another commit is another checkpoint; one that is here already needs no hub.
    assert download(hub, tmp_path, OLD)["digest"] == open_checkpoint(checkpoints["trl"].folder).digest
    assert download(None, tmp_path, NEWEST) == found
    assert "could not be downloaded" in download(hub, tmp_path, "c" * 40)["error"]
