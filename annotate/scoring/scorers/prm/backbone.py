"""The model without its head: token ids to hidden states. Workers only: this needs torch and transformers.

The class is transformers' own for the checkpoint's `model_type`. Code that comes with a checkpoint is never run,
whatever its `auto_map` says.
"""

from __future__ import annotations

import logging
from typing import Any

import numpy as np
import torch
from safetensors import safe_open
from torch import Tensor
from transformers import AutoConfig, AutoModel
from transformers.utils.logging import disable_progress_bar

from .batches import Batch, Plan
from .checkpoint import Checkpoint, Unusable

# What the base model does not know (a head) is expected here, and what it lacks is told by an exception.
for _name in ("transformers.modeling_utils", "transformers.distributed.tensor_parallel"):
    logging.getLogger(_name).setLevel(logging.ERROR)
disable_progress_bar()

KEEPS_APART = ("flash_attention_2", "flash_attention_3", "flex_attention")
"""Attention that computes sequences laid end to end without a mask of all pairs."""
MASKED_COST = 2.0
"""How much slower attention with a mask is than the rest of the model, for the same arithmetic."""

OUT_OF_MEMORY = ("out of memory", "can't allocate memory", "status_alloc_failed", "cublas_status_not_initialized")
"""What libraries beside torch's own allocator say; cuBLAS the last, when there is no room for its own handle."""

log = logging.getLogger(__name__)


def device_of_this_process() -> torch.device:
    """The first GPU that this process may see, otherwise the processor."""
    return torch.device("cuda", 0) if torch.cuda.is_available() else torch.device("cpu")


def best_attention(device: torch.device, dtype: torch.dtype) -> str:
    """The fastest that is installed. Nothing is downloaded for it."""
    if device.type == "cuda" and dtype != torch.float32:
        from transformers.utils import is_flash_attn_2_available, is_flash_attn_3_available

        if is_flash_attn_3_available():
            return "flash_attention_3"
        if is_flash_attn_2_available():
            return "flash_attention_2"
    return "sdpa"


def read_tensors(checkpoint: Checkpoint, names: tuple[str, ...]) -> dict[str, Tensor]:
    """Tensors by their published names, from whichever shard they are in."""
    found = {}
    for name in names:
        with safe_open(checkpoint.folder / checkpoint.tensors[name].file, framework="pt") as file:
            found[name] = file.get_tensor(name)
    return found


class Backbone:
    """A model of transformers' (without head, decoder only) on `device`, its weights in `dtype`."""

    def __init__(self, model: Any, *, device: torch.device, dtype: torch.dtype, attention: str) -> None:
        self.model = model.eval().requires_grad_(False).to(device)
        self.device, self.dtype, self.attention = device, dtype, attention
        self.config: Any = model.config
        self._using = attention

    @classmethod
    def load(cls, checkpoint: Checkpoint, *, device: torch.device, dtype: torch.dtype, attention: str) -> Backbone:
        """Raises `Unusable` when weights are missing or no class of transformers fits."""
        try:
            config = AutoConfig.from_pretrained(checkpoint.folder, trust_remote_code=False, local_files_only=True)
            model, info = AutoModel.from_pretrained(
                checkpoint.folder,
                config=config,
                dtype=dtype,
                attn_implementation=attention,
                trust_remote_code=False,
                use_safetensors=True,
                local_files_only=True,
                output_loading_info=True,
            )
        except (OSError, ValueError, KeyError, ImportError, RuntimeError) as error:
            if out_of_memory(error):
                raise
            raise Unusable(f"The model can't be loaded: {' '.join(str(error).split())[:400]}") from error
        if missing := sorted(info["missing_keys"]) or sorted(map(str, info.get("mismatched_keys") or ())):
            raise Unusable(
                f"The checkpoint lacks weights of its model, {missing[0]} among them ({len(missing)} in all)."
            )
        if getattr(config, "is_encoder_decoder", False):
            raise Unusable("This model has an encoder; a PRM that can be read here has a decoder only.")
        return cls(model, device=device, dtype=dtype, attention=attention)

    @property
    def max_tokens(self) -> int:
        return int(getattr(self.config, "max_position_embeddings", 0) or 1_000_000)

    @property
    def window(self) -> int | None:
        """How far back attention looks, if not to the beginning."""
        window = getattr(self.config, "sliding_window", None)
        return window if window and getattr(self.config, "use_sliding_window", True) else None

    @property
    def vocabulary(self) -> int:
        """How many tokens it knows; often more than its tokenizer has, never to be fewer."""
        return int(self.model.get_input_embeddings().weight.shape[0])

    @property
    def parameters(self) -> int:
        """That every token goes through: all but the embeddings."""
        everything = sum(p.numel() for p in self.model.parameters())
        return everything - self.model.get_input_embeddings().weight.numel()

    @property
    def pair_cost(self) -> float:
        """For `Plan`: 4 operations for each pair, layer and attention dimension, over 2 for each parameter."""
        heads = self.config.num_attention_heads
        size = getattr(self.config, "head_dim", None) or self.config.hidden_size // heads
        return MASKED_COST * 4 * heads * size * self.config.num_hidden_layers / (2 * self.parameters)

    def hidden(self, batch: Batch, flat: np.ndarray) -> Tensor:
        """Last hidden states [n, hidden] at `flat` [n]: row * width + place, or the place in rows laid end to end.

        Side by side, a row's padding lies to its right, where causal attention never looks from a token: no mask is
        needed. `use_cache` must be off, and with rows end to end `attention_mask` must be None: otherwise transformers
        does not see where one ends, and traces silently look at each other.
        """
        given = self._end_to_end(batch) if batch.packed else self._side_by_side(batch)
        out = self.model(use_cache=False, **given).last_hidden_state
        found: Tensor = out.reshape(-1, out.shape[-1])[self._on_device(flat)]
        return found

    def _side_by_side(self, batch: Batch) -> dict[str, Any]:
        width = max(map(len, batch.rows))
        shape = (len(batch.rows), width)
        ids = np.zeros(shape, np.int64)
        for i, row in enumerate(batch.rows):
            ids[i, : len(row)] = row.ids
        if not batch.branches:
            self._use(self.attention)
            return {"input_ids": self._on_device(ids), "attention_mask": None}
        self._use("sdpa" if self.attention in KEEPS_APART else self.attention)
        depths = np.zeros(shape, np.int64)
        ends = np.tile(np.arange(1, width + 1), (len(batch.rows), 1))  # padding sees itself alone
        for i, row in enumerate(batch.rows):
            depths[i, : len(row)] = row.depths
            ends[i, : len(row)] = row.ends
        place = torch.arange(width, device=self.device)
        mask = (place[None, :] <= place[:, None])[None] & (place[None, :, None] < self._on_device(ends)[:, None, :])
        mask = mask[:, None]
        if self._using == "eager":  # adds the mask instead of choosing by it
            mask = torch.zeros(mask.shape, dtype=self.dtype, device=self.device).masked_fill_(
                ~mask, torch.finfo(self.dtype).min
            )
        return {
            "input_ids": self._on_device(ids),
            "attention_mask": mask,
            "position_ids": self._on_device(depths),
        }

    def _end_to_end(self, batch: Batch) -> dict[str, Any]:
        self._use(self.attention)
        given: dict[str, Any] = {
            "input_ids": self._on_device(np.concatenate([row.ids for row in batch.rows])[None]),
            "position_ids": self._on_device(np.concatenate([row.depths for row in batch.rows])[None]),
            "attention_mask": None,
        }
        if self.attention.startswith("flash"):
            lengths = np.cumsum([0, *map(len, batch.rows)]).astype(np.int32)
            bounds, longest = self._on_device(lengths), max(map(len, batch.rows))
            given |= {"cu_seq_lens_q": bounds, "cu_seq_lens_k": bounds}
            given |= {"max_length_q": longest, "max_length_k": longest}
        return given

    def _use(self, attention: str) -> None:
        if attention != self._using:
            self.model.set_attn_implementation(attention)
            self._using = attention

    def _on_device(self, array: np.ndarray) -> Tensor:
        tensor = torch.from_numpy(np.ascontiguousarray(array))
        if self.device.type == "cuda":
            return tensor.pin_memory().to(self.device, non_blocking=True)
        return tensor

    def check(self) -> tuple[bool, bool]:
        """Whether sharing, and laying end to end, give the same as one trace at a time: tried, not assumed.

        It also warms the model up. Raises `Unusable` for a model that looks ahead: its steps can't be scored at once.
        """
        with torch.inference_mode():
            return self._check()

    def _check(self) -> tuple[bool, bool]:
        limit = 1e-3 if self.dtype == torch.float32 else 5e-2
        random = np.random.default_rng(0)
        most = min(int(self.config.vocab_size), 1000)
        stem = random.integers(0, most, 24)
        traces = [np.concatenate([stem, random.integers(0, most, n)]) for n in (8, 14, 9)]
        alone = [self._states(Plan(1, share=False).batches([trace])[0], trace) for trace in traces]
        if _far(alone[0][:24], alone[1][:24]) > limit:
            raise Unusable("This model looks ahead: what follows a step would change its score.")
        works = []
        for plan in (Plan(10_000), Plan(10_000, share=False, packed=True)):
            try:
                batch = plan.batches(traces)[0]
                starts = np.cumsum([0, *map(len, batch.rows)])
                states = [
                    self.hidden(batch, places + (starts[r] if batch.packed else 0))
                    for r, row in enumerate(batch.rows)
                    for places in row.places
                ]
                order = [i for row in batch.rows for i in row.traces]
                far = max(_far(alone[i], found) for i, found in zip(order, states, strict=True))
                works.append(far <= limit)
                if far > limit:
                    log.warning("A way to compute is off: it differs by %.2g from one trace at a time.", far)
            except (RuntimeError, ValueError, TypeError, NotImplementedError) as error:
                if out_of_memory(error):
                    raise
                log.warning("A way to compute is not open to this model: %s", error)
                works.append(False)
        return works[0], works[1]

    def _states(self, batch: Batch, trace: np.ndarray) -> Tensor:
        return self.hidden(batch, np.arange(len(trace)))


def _far(a: Tensor, b: Tensor) -> float:
    """The largest relative distance of two tokens' states."""
    a, b = a.float(), b.float()
    return float(((a - b).norm(dim=-1) / a.norm(dim=-1).clamp_min(1e-9)).max())


def out_of_memory(error: BaseException) -> bool:
    """Whether less at once would have helped, on a GPU or not."""
    text = str(error).lower()
    return isinstance(error, torch.OutOfMemoryError | MemoryError) or (
        isinstance(error, RuntimeError) and any(sign in text for sign in OUT_OF_MEMORY)
    )


def device_lost(error: BaseException) -> bool:
    """Whether the device's state is spoilt, so that everything else in this process would fail, too."""
    if out_of_memory(error):
        return False
    lost = getattr(torch, "AcceleratorError", None)
    return (lost is not None and isinstance(error, lost)) or (
        isinstance(error, RuntimeError)
        and any(sign in str(error) for sign in ("CUDA error", "CUBLAS_STATUS", "CUDNN_STATUS", "cuDNN error"))
    )
