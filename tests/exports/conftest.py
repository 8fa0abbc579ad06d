import json

import pytest

from annotate.corpus.models import Trace
from annotate.projects.models import Mode
from tests.cast import Cast
from tests.exports.every import AGENT, NONE_ACCEPTABLE
from tests.exports.tree import Tree, take_in_native
from tests.factories import open_all


@pytest.fixture
def tree(cast: Cast) -> Tree:
    return Tree(cast.project)


@pytest.fixture
def judged(tree: Tree, cast: Cast) -> Tree:
    """Alice has said everything, once."""
    tree.say_everything(cast.alice)
    return tree


@pytest.fixture
def every(judged: Tree, cast: Cast) -> Tree:
    """Everything said once, a run whose steps are good, neutral and wrong, and a choice without an acceptable one."""
    take_in_native(judged.project, json.dumps(AGENT))
    take_in_native(judged.project, json.dumps(NONE_ACCEPTABLE))
    open_all(judged.project)
    project = judged.project
    project.mode = Mode.EVERY_STEP
    project.save(update_fields=["mode"])
    run = Trace.objects.get(project=project, external_id="run")
    values = ("good", "neutral", "neutral", "bad")
    labels = [{"step": i, "value": value} for i, value in zip((0, 1, 2, 4), values, strict=True)]
    judged.say(cast.alice, run, labels=labels, rewrite="一只猫", comment="It is a cat.")
    judged.say(cast.alice, project.choice_set.get(external_id=None), none_acceptable=True, rewrite="c")
    return judged
