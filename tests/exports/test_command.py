from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.exports.tree import Tree, export


def test_it_writes_a_file_that_appears_when_it_is_whole(judged: Tree, tmp_path: Path) -> None:
    file = tmp_path / "out.json"
    call_command("export", "algebra", "--format", "processbench", "-o", str(file))
    assert file.read_text() == export(judged.project, "processbench")
    assert list(tmp_path.iterdir()) == [file]


def test_it_writes_to_stdout_and_counts_on_stderr(judged: Tree, capfdbinary) -> None:  # type: ignore[no-untyped-def]
    call_command("export", "algebra", "--format", "step-dpo", "--labels", "all")
    out, err = capfdbinary.readouterr()
    assert out.decode() == export(judged.project, "step-dpo", "all")
    assert err.decode().startswith("6 rows; left out 1 × no pair, 1 × the same pair again")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nowhere", "--format", "native"), "There is no project nowhere"),
        (("algebra", "--format", "yaml"), "Known are: native"),
        (("algebra", "--format", "native", "--labels", "imported", "--source", "x"), "No labels came with"),
        (("algebra", "--format", "native", "-o", "/nowhere/at/all"), "can't be written: No such file"),
    ],
)
def test_it_says_what_is_wrong(tree: Tree, arguments: tuple[str, ...], says: str) -> None:
    with pytest.raises(CommandError, match=says):
        call_command("export", *arguments)


def test_a_device_is_written_to_and_not_replaced(judged: Tree) -> None:
    call_command("export", "algebra", "--format", "native", "-o", "/dev/null")
    assert Path("/dev/null").is_char_device()
