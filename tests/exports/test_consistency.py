"""An export is one state of the project, however long it takes and whoever works meanwhile."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from annotate.exports.build import build
from annotate.exports.models import Export
from annotate.exports.snapshot import snapshot
from annotate.exports.stream import Stream
from tests.cast import Cast
from tests.exports.tree import Tree, export, wish
from tests.factories import make_problem, make_trace, open_all

pytestmark = pytest.mark.django_db(transaction=True)
TRACES = 300


def elsewhere(work: Callable[[], None]) -> None:
    """Done by somebody with a database connection of their own."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(run).result()


def test_what_is_said_while_it_is_read_is_not_in_it(tree: Tree, cast: Cast) -> None:
    problem = make_problem(tree.project, "?", id="p-9")
    traces = [make_trace(tree.project, (f"{i}", "b"), problem, id=f"u-{i:03}") for i in range(TRACES)]
    open_all(tree.project)
    tree.say(cast.alice, traces[0], first_error=0)
    before = export(tree.project, "native")

    def everybody_works() -> None:
        tree.say(cast.bob, traces[0], first_error=None)
        for trace in traces[1:5] + traces[-5:]:
            tree.say(cast.bob, trace, first_error=1, rewrite=f"better than {trace.external_id}")
        make_trace(tree.project, ("new", "er"), problem, id="u-999")

    stream = Stream(wish(tree.project, "native")).chunks()
    parts = [next(stream)]  # the first page is out, two hundred traces are not
    elsewhere(everybody_works)
    parts += stream
    assert b"".join(parts).decode() == before
    assert export(tree.project, "native").count('"labels"') == 9
    assert '"u-999"' in export(tree.project, "native")


def test_a_reader_who_leaves_gives_the_connection_back(judged: Tree) -> None:
    def open_ones() -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'"
            )
            return cursor.fetchone()[0]

    stream = Stream(wish(judged.project, "native")).chunks()
    next(stream)
    assert open_ones() == 1
    stream.close()
    assert open_ones() == 0


def test_nobody_can_read_from_inside_of_their_own_changes(cast: Cast) -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"), snapshot():
        pass


def test_what_it_reads_from_can_not_be_written(cast: Cast) -> None:
    with snapshot() as look, pytest.raises(Exception, match="read-only transaction"):
        look.execute("DELETE FROM corpus_trace")


def test_a_background_export_beside_its_own_progress(judged: Tree, settings, tmp_path) -> None:  # type: ignore[no-untyped-def]
    settings.DATA_DIR = tmp_path
    made = Export.objects.create(project=judged.project, format="prm800k")
    assert build(made.pk)
    made.refresh_from_db()
    assert (made.state, made.rows) == (Export.State.DONE, 5)
