"""What is no PRM, or can't be loaded safely, is refused with a reason; nothing that comes with a checkpoint is run."""

import json
import shutil
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

torch = pytest.importorskip("torch")

from annotate.scoring.scorers.base import Failed, Scored, StepText, Surroundings, TraceText, Unavailable  # noqa: E402
from annotate.scoring.scorers.prm import PrmScorer  # noqa: E402
from annotate.scoring.scorers.prm.checkpoint import open_checkpoint  # noqa: E402
from annotate.scoring.scorers.settings import WrongSettings  # noqa: E402
from tests.scoring.prm import tiny  # noqa: E402
from tests.scoring.prm.conftest import FAMILIES  # noqa: E402


def load(folder, **settings):
    return PrmScorer.made(PrmScorer.check({"model": str(folder)} | settings), Surroundings())


def refusal(folder, **settings):
    with pytest.raises(Unavailable) as told:
        load(folder, **settings)
    return told.value.reason


@pytest.fixture
def changed(checkpoints, tmp_path):
    """A copy of a checkpoint with tensors replaced (None: left out)."""

    def change(family, config=None, **tensors):
        from safetensors.torch import load_file

        folder = tmp_path / f"copy{len(list(tmp_path.iterdir()))}"
        shutil.copytree(checkpoints[family].folder, folder)
        found = {}
        for file in folder.glob("*.safetensors"):
            found |= load_file(file)
        for name, tensor in tensors.items():
            found.pop(name, None)
            if tensor is not None:
                found[name] = tensor
        tiny.save(folder, found, 1)
        if config:
            written = json.loads((folder / "config.json").read_text())
            (folder / "config.json").write_text(json.dumps(written | config))
        return folder

    return change


HEADS = {
    "qwen": ("score.2.weight", (2, 64)),
    "math-shepherd": ("lm_head.weight", None),
    "rlhflow": ("lm_head.weight", None),
    "skywork": ("v_head.summary.weight", (1, 64)),
    "trl": ("score.weight", (2, 64)),
    "implicit": ("lm_head.weight", None),
}


@pytest.mark.parametrize("family", HEADS)
def test_a_head_that_is_missing_or_has_another_shape(changed, family):
    name, shape = HEADS[family]
    more = {"reference": str(changed(family))} if family == "implicit" else {}
    assert f"has no {name}" in refusal(changed(family, **{name: None}), family=family, **more)
    wrong = changed(family, **{name: torch.zeros(*(shape or (9, 64))[:-1], 63)})
    assert f"{name} has shape" in refusal(wrong, **more)
    if more:
        assert f"{name} has shape" in refusal(changed(family), reference=str(wrong))
    if shape:
        assert f"not {list(shape)}" in refusal(changed(family, **{name: torch.zeros(3, 64)}))


def test_one_class_is_not_two(changed):
    assert "1 outputs" in refusal(changed("trl", **{"score.weight": torch.zeros(1, 64), "score.bias": torch.zeros(1)}))
    assert "1 outputs" in refusal(changed("qwen", **{"score.2.weight": torch.zeros(1, 64)}))


def test_weights_of_the_model_that_are_missing(changed):
    told = refusal(changed("qwen", **{"model.layers.1.mlp.up_proj.weight": None}))
    assert "layers.1.mlp.up_proj.weight" in told


def test_other_models_are_told_apart(changed, checkpoints):
    assert "as a whole" in refusal(changed("trl", {"architectures": ["Qwen2ForSequenceClassification"]}))
    told = refusal(checkpoints["implicit"].folder)
    assert "family" in told, "a language model of no known family"
    assert "reference" in refusal(checkpoints["implicit"].folder, family="implicit")


@pytest.mark.parametrize("family", ["math-shepherd", "rlhflow"])
def test_a_language_model_is_no_prm_until_somebody_says_so(checkpoints, family):
    told = refusal(checkpoints[family].folder)
    assert f"looks like {family}" in told
    assert f"--family {family}" in told
    assert load(checkpoints[family].folder, family=family).loaded.settings.family == family
    with pytest.raises(CommandError, match=f"--family {family}"):
        call_command("prm-worker", "--model", str(checkpoints[family].folder), stdout=StringIO())
    # A plain Mistral whose tokenizer would spell the mark in bytes has no place at which a score could be read.
    if family == "math-shepherd":
        assert "no token for the mark" in refusal(checkpoints[family].folder, family=family, mark="Ω")


def test_ids_that_the_model_does_not_have_are_told_before_a_card_meets_them(changed, checkpoints, tmp_path):
    assert "token 5,000, and the model knows" in refusal(checkpoints["trl"].folder, mark_id=5000)
    # A tokenizer with more tokens than the model: what needs one of them fails, the rest goes on.
    folder = changed("trl")
    tokenizer = json.loads((folder / "tokenizer.json").read_text())
    tokenizer["model"]["vocab"]["~~"] = 5000
    tokenizer["model"]["merges"].insert(0, ["~", "~"])
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
    broken, sound = load(folder).score(
        [TraceText("What?", [StepText("so ~~ then")]), TraceText("What?", [StepText("so")])]
    )
    assert isinstance(broken, Failed)
    assert "token 5,000" in broken.reason
    assert isinstance(sound, Scored)


def test_a_reference_that_reads_other_ids_is_refused(checkpoints):
    told = refusal(checkpoints["implicit"].folder, reference=str(checkpoints["math-shepherd"].folder))
    assert "another tokenizer" in told


def test_pickles_are_never_opened(checkpoints, tmp_path):
    folder = tmp_path / "pickled"
    folder.mkdir()
    shutil.copy(checkpoints["qwen"].folder / "config.json", folder)
    (folder / "pytorch_model.bin").write_bytes(b"\x80\x04.")
    assert "pickle" in refusal(folder)


def test_broken_files_are_told(checkpoints, tmp_path):
    def copy(name):
        return shutil.copytree(checkpoints["qwen"].folder, tmp_path / name)

    folder = copy("a")
    next(folder.glob("*.safetensors")).unlink()
    assert "missing" in refusal(folder)
    folder = copy("b")
    file = next(folder.glob("*.safetensors"))
    file.write_bytes(file.read_bytes()[:100])
    assert "no whole safetensors" in refusal(folder)
    folder = copy("c")
    index = folder / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {"model.norm.weight": "../elsewhere.safetensors"}}))
    assert "no shard of this folder" in refusal(folder)
    folder = copy("d")
    (folder / "config.json").unlink()
    assert "no config.json" in refusal(folder)
    assert "neither a folder here" in refusal(tmp_path / "nowhere")
    assert "revision" in refusal("someone/some-prm")
    assert "downloaded" in refusal("someone/some-prm", revision="a" * 40), "no network here"


@pytest.mark.parametrize("family", FAMILIES)
def test_code_beside_the_weights_is_never_run(checkpoints, family):
    checkpoint = checkpoints[family]
    assert "auto_map" in json.loads((checkpoint.folder / "config.json").read_text())
    PrmScorer.made(PrmScorer.check(checkpoint.settings), Surroundings())
    assert not (checkpoint.folder / "trapped").exists()


def test_a_model_that_exists_only_as_code_is_refused(changed):
    folder = changed("qwen", {"model_type": "trap"})
    assert "can't be loaded" in refusal(folder)
    assert not (folder / "trapped").exists()


def test_the_version_names_the_weights_and_what_is_set(checkpoints, changed):
    usual = load(checkpoints["trl"].folder)
    digest = open_checkpoint(checkpoints["trl"].folder).digest
    assert digest[:16] in usual.version
    assert len(usual.version) <= 100
    assert usual.version.startswith(
        PrmScorer.version_for(PrmScorer.check({"model": "elsewhere"}), Surroundings()) + "+"
    )
    same = load(shutil.copytree(checkpoints["trl"].folder, changed("trl").parent / "moved"))
    assert same.version == usual.version, "wherever they lie"
    other = load(changed("trl", **{"score.bias": torch.ones(2)}))
    assert other.version != usual.version
    assert load(checkpoints["trl"].folder, budget=100).version == usual.version
    assert load(checkpoints["trl"].folder, digest=digest).version.endswith(digest[:16])
    assert "another one" in refusal(changed("trl", **{"score.bias": torch.ones(2)}), digest=digest)


def test_settings_are_checked():
    for wrong in (
        {},
        {"model": "m", "famly": "qwen"},
        {"model": "m", "family": "gpt"},
        {"model": "m", "good_class": 2},
    ):
        with pytest.raises(WrongSettings):
            PrmScorer.check(wrong)
