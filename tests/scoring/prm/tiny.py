"""Tiny checkpoints as the families publish them: architectures, auto_map, tensors' names, shards, tokenizer, template.

Weights are random, with a spread that lets scores differ: with the usual 0.02 all would be near a half, and every
mistake would pass. `modeling_trap.py` lies in each folder and leaves a file behind if it is ever run.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    Qwen2Config,
    Qwen2ForCausalLM,
)

SPREAD = 0.08
TRAP = "from pathlib import Path\nPath({!r}).touch()\nclass TrapConfig: ...\nclass TrapModel: ...\n"

CORPUS = [
    "Janet's ducks lay 16 eggs per day. She eats three for breakfast and bakes 4 muffins for her friends.",
    "Step 1: We add 16 + 4 = 20 - 3 and see that x = 17. Step 2: Therefore the answer is \\boxed{17}. Step 3: So",
    "Let $f(x) = x^2 - 4x + 7$. Then the derivative is 2x - 4, which vanishes at x = 2. So the minimum is 3. ки ки",
    "How many eggs does she sell? What is the sum of the first ten numbers? Find all real solutions of the equation.",
    "First, note that + and - are signs. + - + - ки\nStep 2: Then we multiply both sides by 5 ки\nStep 3: Hence ки",
    "system\nuser\nassistant\nPlease reason step by step, and put your final answer within \\boxed{}.\n\n",
] * 4

QWEN_TEMPLATE = (
    "{%- if messages[0]['role'] == 'system' %}{{- '<|im_start|>system\\n' + messages[0]['content'] + '<|im_end|>\\n' }}"
    "{%- else %}{{- '<|im_start|>system\\nPlease reason step by step, and put your final answer within \\\\boxed{}."
    "<|im_end|>\\n' }}{%- endif %}"
    "{%- for message in messages %}"
    "{%- if (message.role == 'user') or (message.role == 'system' and not loop.first) "
    "or (message.role == 'assistant') %}"
    "{{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}{%- endif %}{%- endfor %}"
    "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}"
)
LLAMA_TEMPLATE = (
    "{{- bos_token }}{%- if not date_string is defined %}{%- set date_string = '26 Jul 2024' %}{%- endif %}"
    "{{- '<|start_header_id|>system<|end_header_id|>\\n\\n' }}"
    "{{- 'Cutting Knowledge Date: December 2023\\n' }}{{- 'Today Date: ' + date_string + '\\n\\n' }}{{- '<|eot_id|>' }}"
    "{%- for message in messages %}"
    "{{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n'+ message['content'] | trim "
    "+ '<|eot_id|>' }}"
    "{%- endfor %}"
)


@dataclass
class Tiny:
    """A checkpoint in `folder`, and the model that it was written from, with its head's tensors, for the oracle."""

    family: str
    folder: Path
    model: Any
    head: dict[str, torch.Tensor]
    reference: Tiny | None = None

    @property
    def settings(self) -> dict[str, Any]:
        given: dict[str, Any] = {"model": str(self.folder)}
        if self.family in ("math-shepherd", "rlhflow"):
            given["family"] = self.family  # nothing in the checkpoint tells them from plain language models
        if self.reference:
            given["reference"] = str(self.reference.folder)
        return given


WORDS = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
"""Where Qwen's tokenizer cuts a text before it looks for pairs."""


def byte_level(special: list[str]) -> Tokenizer:
    """As Qwen's and Llama 3's: bytes, with tokens of meaning added behind."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(WORDS), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=700, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.add_special_tokens(special)
    return tokenizer


def sentence_pieces() -> Tokenizer:
    """As Mistral's: blanks become ▁, one is put in front, unknown characters fall back to bytes."""
    learner = Tokenizer(models.BPE())
    learner.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first")
    trainer = trainers.BpeTrainer(vocab_size=600, show_progress=False)
    learner.train_from_iterator([text.replace("\n", " ") for text in CORPUS], trainer)
    learned = json.loads(learner.to_str())["model"]
    names = ["<unk>", "<s>", "</s>", *(f"<0x{i:02X}>" for i in range(256)), *learned["vocab"]]
    vocabulary = {name: i for i, name in enumerate(names)}
    merges = [tuple(m) if isinstance(m, list) else tuple(m.split(" ")) for m in learned["merges"]]
    tokenizer = Tokenizer(models.BPE(vocabulary, merges, unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    tokenizer.add_special_tokens(["<unk>", "<s>", "</s>"])
    return tokenizer


KINDS: dict[str, dict[str, Any]] = {
    "qwen": {"base": "qwen2", "architecture": "Qwen2ForProcessRewardModel", "max": 512},
    "math-shepherd": {"base": "mistral", "architecture": "MistralForCausalLM", "max": 512},
    "rlhflow": {"base": "llama", "architecture": "LlamaForCausalLM", "max": 1024},
    "skywork": {"base": "qwen2", "architecture": "Qwen2ForPrmModel", "max": 512},
    "trl": {"base": "qwen2", "architecture": "Qwen2ForTokenClassification", "max": 512},
    "implicit": {"base": "qwen2", "architecture": "Qwen2ForCausalLM", "max": 512},
}
BASES: dict[str, tuple[type[Any], type[Any]]] = {
    "qwen2": (Qwen2Config, Qwen2ForCausalLM),
    "mistral": (MistralConfig, MistralForCausalLM),
    "llama": (LlamaConfig, LlamaForCausalLM),
}
AUTO_MAP = {
    "AutoConfig": "modeling_trap.TrapConfig",
    "AutoModel": "modeling_trap.TrapModel",
    "AutoModelForCausalLM": "modeling_trap.TrapModel",
}


def write_tokenizer(folder: Path, base: str) -> int:
    """Answers how many tokens it has."""
    if base == "mistral":
        tokenizer, config = sentence_pieces(), {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}
    elif base == "llama":
        special = ["<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"]
        tokenizer = byte_level(special)
        config = {"bos_token": special[0], "eos_token": special[3], "chat_template": LLAMA_TEMPLATE}
    else:
        tokenizer = byte_level(["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<extra_0>"])
        config = {"bos_token": None, "eos_token": "<|im_end|>", "chat_template": QWEN_TEMPLATE}
    tokenizer.save(str(folder / "tokenizer.json"))
    config |= {"tokenizer_class": "PreTrainedTokenizerFast", "clean_up_tokenization_spaces": False}
    (folder / "tokenizer_config.json").write_text(json.dumps(config))
    return tokenizer.get_vocab_size()


def write(
    folder: Path, family: str, *, seed: int = 0, hidden: int = 64, layers: int = 2, shards: int = 2, tied: bool = False
) -> Tiny:
    """Writes a checkpoint of a family, in `shards` files. `tied`: the language model's head is its embeddings."""
    folder.mkdir(parents=True)
    kind = KINDS[family]
    make_config, make_model = BASES[kind["base"]]
    size = write_tokenizer(folder, kind["base"])
    torch.manual_seed(seed)
    config = make_config(
        vocab_size=size + 5,  # published ones are padded, too
        hidden_size=hidden,
        intermediate_size=2 * hidden,
        num_hidden_layers=layers,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=kind["max"],
        bos_token_id=size - 4 if kind["base"] == "qwen2" else 1,
        eos_token_id=None,
        pad_token_id=None,
        tie_word_embeddings=tied,
    )
    model = make_model(config).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            spread = 0.02 if "layernorm" in name or name.endswith("norm.weight") else SPREAD
            parameter.copy_(
                torch.randn_like(parameter) * spread + (1.0 if parameter.dim() == 1 and "norm" in name else 0)
            )
    head = make_head(family, hidden, seed)
    tensors = {name: tensor.contiguous().clone() for name, tensor in model.state_dict().items()}
    if tied or family in ("trl", "skywork"):
        del tensors["lm_head.weight"]
    save(folder, tensors | head, shards)
    written = config.to_dict() | {"architectures": [kind["architecture"]], "auto_map": AUTO_MAP}
    if family == "trl":
        written |= {"id2label": {"0": "LABEL_0", "1": "LABEL_1"}}
    (folder / "config.json").write_text(json.dumps(written))
    (folder / "modeling_trap.py").write_text(TRAP.format(str(folder / "trapped")))
    tiny = Tiny(family, folder, model, head)
    if family == "implicit":
        reference = folder.with_name(folder.name + "-reference")
        tiny.reference = write(reference, "implicit-reference", seed=seed + 1, tied=tied)
    return tiny


KINDS["implicit-reference"] = KINDS["implicit"]


def make_head(family: str, hidden: int, seed: int) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed + 100)

    def normal(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=generator) * SPREAD

    if family == "qwen":
        return {
            "score.0.weight": normal(hidden, hidden),
            "score.0.bias": normal(hidden),
            "score.2.weight": normal(2, hidden) * 4,
            "score.2.bias": normal(2),
        }
    if family == "skywork":
        return {"v_head.summary.weight": normal(1, hidden) * 2, "v_head.summary.bias": normal(1)}
    if family == "trl":
        return {"score.weight": normal(2, hidden) * 2, "score.bias": normal(2)}
    return {}


def save(folder: Path, tensors: dict[str, torch.Tensor], shards: int) -> None:
    for old in [*folder.glob("*.safetensors"), *folder.glob("*.index.json")]:
        old.unlink()
    if shards == 1:
        save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
        return
    where = {name: f"model-{1 + i % shards:05}-of-{shards:05}.safetensors" for i, name in enumerate(tensors)}
    for shard in set(where.values()):
        part = {name: tensor for name, tensor in tensors.items() if where[name] == shard}
        save_file(part, folder / shard, metadata={"format": "pt"})
    index = {"metadata": {}, "weight_map": where}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
