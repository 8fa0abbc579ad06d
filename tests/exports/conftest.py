import pytest

from tests.cast import Cast
from tests.exports.tree import Tree


@pytest.fixture
def tree(cast: Cast) -> Tree:
    return Tree(cast.project)


@pytest.fixture
def judged(tree: Tree, cast: Cast) -> Tree:
    """Alice has said everything, once."""
    tree.say_everything(cast.alice)
    return tree
