"""TRL's own trainers take what is exported for them: their checks, their preparation, their batches, with nothing
between file and trainer but `datasets`.
"""

import os
from pathlib import Path
from typing import Any

import pytest

from tests.exports.tree import Tree, export

os.environ.setdefault("HF_HUB_OFFLINE", "1")

pytest.importorskip("trl", reason="TRL is not installed: `make test` installs it")


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Any:
    from transformers import AutoTokenizer

    from tests.scoring.prm.tiny import write_tokenizer

    folder = tmp_path_factory.mktemp("tokenizer")
    write_tokenizer(folder, "qwen2")
    made = AutoTokenizer.from_pretrained(folder)
    made.pad_token = "<|endoftext|>"
    return made


def model(kind: str, tokenizer: Any, **more: Any) -> Any:
    import transformers

    config = transformers.Qwen2Config(
        vocab_size=len(tokenizer),
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=2,
        pad_token_id=tokenizer.pad_token_id,
        **more,
    )
    return getattr(transformers, f"Qwen2For{kind}")(config)


def loaded(tree: Tree, format: str, folder: Path, **options: Any) -> Any:
    import datasets

    file = folder / "rows.jsonl"
    file.write_text(export(tree.project, format, **options))
    return datasets.load_dataset("json", data_files=str(file), cache_dir=str(folder), split="train")


def how(config: Any, folder: Path, **more: Any) -> Any:
    quiet = {"report_to": [], "disable_tqdm": True, "save_strategy": "no", "logging_strategy": "no"}
    return config(str(folder), max_steps=1, per_device_train_batch_size=2, use_cpu=True, bf16=False, **quiet, **more)


def test_steps_go_through_the_prm_trainer(judged: Tree, tokenizer: Any, tmp_path: Path) -> None:
    prm = pytest.importorskip("trl.experimental.prm", reason="this TRL has no PRMTrainer")
    data = loaded(judged, "trl-stepwise", tmp_path)
    trainer = prm.PRMTrainer(
        model("TokenClassification", tokenizer, num_labels=2),
        how(prm.PRMConfig, tmp_path, max_length=512),
        train_dataset=data,
        processing_class=tokenizer,
    )
    # One label behind each step, and none elsewhere.
    found = [[label for label in row["labels"] if label != -100] for row in trainer.train_dataset]
    assert found == [[1, 1, 1], [0], [1, 0], [1, 1, 0], [1, 0]] == [list(map(int, labels)) for labels in data["labels"]]
    trainer.train()


@pytest.mark.parametrize(
    ("format", "conversational"),
    [("trl-preference", False), ("trl-preference-conversational", True)],
)
def test_pairs_go_through_the_trainers_of_preferences(
    judged: Tree, tokenizer: Any, tmp_path: Path, format: str, conversational: bool
) -> None:
    import trl
    from trl.data_utils import is_conversational, unpair_preference_dataset

    data = loaded(judged, format, tmp_path)
    assert len(data) == 6
    assert all(is_conversational(row) is conversational for row in data)
    assert set(unpair_preference_dataset(data).column_names) == {"prompt", "completion", "label"}
    trainer = trl.DPOTrainer(
        model("CausalLM", tokenizer),
        model("CausalLM", tokenizer),
        args=how(trl.DPOConfig, tmp_path, max_length=None),
        train_dataset=data,
        processing_class=tokenizer,
    )
    # What the two have in common is in the prompt, so what is learnt are the steps alone.
    first = trainer.train_dataset[0]
    assert "x = 7" in tokenizer.decode(first["chosen_ids"])
    assert "x = 8" in tokenizer.decode(first["rejected_ids"])
    assert all(row["chosen_ids"] != row["rejected_ids"] for row in trainer.train_dataset)
    assert len(next(iter(trainer.get_train_dataloader()))["input_ids"]) == 4  # two pairs
    reward = trl.RewardTrainer(
        model("SequenceClassification", tokenizer, num_labels=1),
        args=how(trl.RewardConfig, tmp_path, max_length=None),
        train_dataset=data,
        processing_class=tokenizer,
    )
    assert len(next(iter(reward.get_train_dataloader()))["input_ids"]) == 4


def test_single_steps_go_through_the_kto_trainer(judged: Tree, tokenizer: Any, tmp_path: Path) -> None:
    import trl

    data = loaded(judged, "trl-unpaired", tmp_path)
    trainer = trl.KTOTrainer(
        model("CausalLM", tokenizer),
        model("CausalLM", tokenizer),
        args=how(trl.KTOConfig, tmp_path, max_length=None),
        train_dataset=data,
        processing_class=tokenizer,
    )
    assert [tokenizer.decode(row["completion_ids"]).split("<|")[0] for row in trainer.train_dataset][3:6] == [
        "No.",
        "x = 8",
        "8",
    ]
    trainer.train()
