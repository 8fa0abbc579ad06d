"""The client."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote

import httpx

from stepmark_client.errors import StepmarkError
from stepmark_client.http import Http
from stepmark_client.ingest import IngestReport, Line, RejectedLine, ingest
from stepmark_client.progress import shown


class Client:
    """One server, as one account.

    `url` and `token` default to the environment's STEPMARK_URL and STEPMARK_TOKEN; a token is made on the account page.
    What is safe to repeat is tried `retries` times more when the connection or the server fails. Methods raise ApiError
    when the server refuses, and Unreachable when there is no answer. Use it in one thread at a time.
    """

    def __init__(
        self,
        url: str | None = None,
        token: str | None = None,
        *,
        timeout: float = 120,
        retries: int = 6,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        url = url or os.environ.get("STEPMARK_URL")
        token = token or os.environ.get("STEPMARK_TOKEN")
        if not url or not token:
            raise StepmarkError("Say where the server is and who is asking: set STEPMARK_URL and STEPMARK_TOKEN.")
        self._http = Http(url, token, timeout=timeout, retries=retries, transport=transport)

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def call(self, method: str, path: str, body: Any = None, **params: Any) -> Any:
        """Any call of the API that has no method here: `client.call("GET", "projects/")`. JSON in, JSON out."""
        return self._http.call(method, path, body, params=params)

    # Traces in

    def ingest(
        self,
        project: str,
        lines: Iterable[Line],
        *,
        format: str = "native",
        on_conflict: str = "reject",
        name: str = "",
        licence: str = "",
        source: str = "",
        batch_lines: int = 1000,
        batch_bytes: int = 4 * 1024 * 1024,
        on_rejected: Callable[[RejectedLine], None] | None = None,
        progress: bool = False,
    ) -> IngestReport:
        """Send lines in, as one import: dicts, or texts with one JSON object each, such as an open file.

        They are sent in batches as they come, so the iterator may be endless and memory stays flat. A bad line never
        spoils the others: it is in the report's `rejected_lines`, or handed to `on_rejected` at once, which is for data
        where these may be many. Sending the same again is safe and counts as duplicates, so after a failure send all
        again. `name` is shown to people, and `import:NAME` finds what it brought. `licence` (as in
        "cc-by-4.0") and `source` (an address, or how to cite it) are of the data, and go with what is exported. For
        admins.
        """
        at = _project(project)
        how = {"format": format, "on_conflict": on_conflict, "name": name, "licence": licence, "source": source}
        # Should the answer be lost, an import is opened that nothing is sent to: that does no harm.
        opened = self._http.call("POST", f"{at}imports/", params=how, repeatable=True)
        report = IngestReport(import_id=opened["id"])
        with shown(progress, len(lines) if isinstance(lines, Sized) else None) as show:
            ingest(
                self._http,
                f"{at}traces/",
                lines,
                params={"import": opened["id"]},
                batch_lines=batch_lines,
                batch_bytes=batch_bytes,
                report=report,
                on_rejected=on_rejected or report.rejected_lines.append,
                progress=show,
            )
        self._http.call("POST", f"imports/{opened['id']}/close/", repeatable=True)
        return report

    # Finding, and what to do with what was found

    def traces(self, project: str, q: str = "", *, page: int = 200) -> Iterator[dict[str, Any]]:
        """Every trace that the query finds, in the order of their keys. For reviewers and admins."""
        return self._paged(f"{_project(project)}traces/", q=q, limit=page)

    def trace(self, key: str) -> dict[str, Any]:
        """One trace with its steps, scores and labels; `key` is its `id` in `traces`."""
        found: dict[str, Any] = self._http.call("GET", f"traces/{quote(key)}/")
        return found

    def tasks(self, project: str, q: str = "", *, page: int = 200) -> Iterator[dict[str, Any]]:
        """Open tasks in the order in which they are handed out."""
        return self._paged(f"{_project(project)}tasks/", q=q, limit=page)

    def make_tasks(
        self,
        project: str,
        query: str,
        *,
        annotations_per_task: int | None = None,
        priority: float | None = None,
        dry_run: bool = False,
    ) -> dict[str, int]:
        """Make a task of all that the query finds: `{"found", "made", "changed", "unchanged"}`. For admins."""
        wish = {"annotations_per_task": annotations_per_task, "priority": priority}
        return self._change(f"{_project(project)}tasks/", query, dry_run, wish)

    def retire_tasks(self, project: str, query: str, *, dry_run: bool = False) -> dict[str, int]:
        """Take what the query finds out of the queue, except what somebody has had: `{"found", "retired", "begun"}`."""
        return self._change(f"{_project(project)}tasks/retire/", query, dry_run, {})

    def tag(
        self, project: str, query: str, *, add: Sequence[str] = (), remove: Sequence[str] = (), dry_run: bool = False
    ) -> dict[str, int]:
        """Give tags to what the query finds, or take them away: `{"found", "changed"}`."""
        return self._change(f"{_project(project)}tags/", query, dry_run, {"add": list(add), "remove": list(remove)})

    # Labels and data sets out

    def export(self, project: str, format: str = "native", **options: Any) -> Iterator[dict[str, Any]]:
        """The rows of a data set, as they come. `options` are those of the API: labels, source, filter, split, ….

        Raises Unreachable if it breaks off: what came until then is not the whole. A format that is no JSON is for
        `export_to`. For admins.
        """
        with self._http.stream(f"{_project(project)}export/", {"format": format, **options}) as answer:
            media = answer.headers.get("Content-Type", "").partition(";")[0]
            if media.endswith("ndjson"):
                for line in answer.iter_lines():
                    if line:
                        yield json.loads(line)
            elif media.endswith("json"):
                answer.read()
                whole = answer.json()
                yield from whole if isinstance(whole, list) else [whole]
            else:
                raise StepmarkError(f"{format} comes as {media}, which has no rows. Write it to a file with export_to.")

    def export_to(self, path: str | Path, project: str, format: str = "native", **options: Any) -> int:
        """Write a data set to a file; how many bytes. The file appears under its name only when it is whole."""
        path = Path(path)
        part = path.with_name(path.name + ".part")
        size = 0
        try:
            with (
                self._http.stream(f"{_project(project)}export/", {"format": format, **options}) as answer,
                part.open("wb") as file,
            ):
                for piece in answer.iter_bytes():
                    size += file.write(piece)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        return size

    def labels(self, project: str, q: str = "", **options: Any) -> Iterator[dict[str, Any]]:
        """Every label and preference that stands, one at a time: those of `native` lines, with the `id` of the trace or
        choice and the `problem` that they are about. `labels="imported"` for those that came with the data.
        """
        options.setdefault("labels", "all")
        for line in self.export(project, "native", filter=q, **options):
            about = {"id": line.get("id"), "problem": line["problem"].get("id")}
            for label in line.get("labels", []):
                yield {**about, "kind": "trace", **label}
            for preference in line.get("preferences", []):
                yield {**about, "kind": "choice", **preference}

    def _paged(self, path: str, **params: Any) -> Iterator[dict[str, Any]]:
        cursor = None
        while True:
            page = self._http.call("GET", path, params={**params, "cursor": cursor})
            yield from page["results"]
            cursor = page["next"]
            if cursor is None:
                return

    def _change(self, path: str, query: str, dry_run: bool, wish: dict[str, Any]) -> dict[str, int]:
        body = {"query": query, "dry_run": dry_run, **{key: value for key, value in wish.items() if value is not None}}
        answer: dict[str, Any] = self._http.call("POST", path, body, repeatable=True)
        if "looked_at" in answer:  # so much that a worker does it
            answer = self._done(answer)
        return answer

    def _done(self, work: dict[str, Any]) -> dict[str, int]:
        """What came of the work, once it is done. Raises StepmarkError if it failed."""
        wait = 0.1
        while work["state"] in ("queued", "running"):
            time.sleep(wait)
            wait = min(2 * wait, 5.0)
            work = self._http.call("GET", f"selections/{work['id']}/")
        if work["state"] == "failed":
            raise StepmarkError(work["error"])
        result: dict[str, int] = work["result"]
        return result


def _project(slug: str) -> str:
    return f"projects/{quote(slug, safe='')}/"
