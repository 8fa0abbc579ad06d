"""What each family's published script computes: one trace at a time, a plain forward pass, every logit, then a choice.

Shares no code with the product. Only for texts without marks in them, since the scripts look marks up by their ids.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import torch
from transformers import AutoTokenizer

from annotate.scoring.scorers.base import TraceText
from tests.scoring.prm.tiny import Tiny

SYSTEM = "Please reason step by step, and put your final answer within \\boxed{}."


@cache
def published_tokenizer(folder: Path):
    return AutoTokenizer.from_pretrained(folder)


@torch.no_grad()
def scores(tiny: Tiny, trace: TraceText) -> list[float]:
    tokenizer = published_tokenizer(tiny.folder)
    return {
        "qwen": qwen,
        "math-shepherd": math_shepherd,
        "rlhflow": rlhflow,
        "skywork": skywork,
        "trl": trl,
        "implicit": implicit,
    }[tiny.family](tiny, tokenizer, trace.problem, [step.text for step in trace.steps])


def hidden(tiny, ids):
    return tiny.model.model(input_ids=torch.tensor([ids])).last_hidden_state[0]


def qwen(tiny, tokenizer, problem, steps):
    messages = [
        {"role": "system", "content": SYSTEM},
        {"role": "user", "content": problem},
        {"role": "assistant", "content": "<extra_0>".join(steps) + "<extra_0>"},
    ]
    ids = tokenizer.encode(tokenizer.apply_chat_template(messages, tokenize=False), add_special_tokens=False)
    x = torch.relu(hidden(tiny, ids) @ tiny.head["score.0.weight"].T + tiny.head["score.0.bias"])
    probabilities = torch.softmax(x @ tiny.head["score.2.weight"].T + tiny.head["score.2.bias"], -1)[:, 1]
    mark = tokenizer.encode("<extra_0>", add_special_tokens=False)[0]
    return probabilities[torch.tensor(ids) == mark].tolist()


def math_shepherd(tiny, tokenizer, problem, steps):
    output = "\n".join(f"Step {i + 1}: {text} ки" for i, text in enumerate(steps))
    plus, minus = tokenizer.encode("+ -", add_special_tokens=False)
    mark = tokenizer.encode("ки", add_special_tokens=False)[-1]
    ids = [tokenizer.bos_token_id, *tokenizer.encode(f"{problem} {output}", add_special_tokens=False)]
    logits = tiny.model(torch.tensor([ids])).logits[0][:, [plus, minus]]
    return logits.softmax(-1)[:, 0][torch.tensor(ids) == mark].tolist()


def rlhflow(tiny, tokenizer, problem, steps):
    plus = tokenizer.encode("+", add_special_tokens=False)[-1]
    minus = tokenizer.encode("-", add_special_tokens=False)[-1]
    conversation, found = [], []
    for k, step in enumerate(steps):
        conversation.append({"role": "user", "content": f"{problem} {step}" if k == 0 else step})
        conversation.append({"role": "assistant", "content": "+"})
        text = tokenizer.apply_chat_template(conversation, tokenize=False)
        ids = tokenizer.encode(text, add_special_tokens=False)
        logits = tiny.model(torch.tensor([ids])).logits[:, -3, [plus, minus]]  # + and <|eot_id|> follow
        found.append(float(logits.softmax(-1)[0, 0]))
    return found


def skywork(tiny, tokenizer, problem, steps):
    bos = tokenizer.convert_tokens_to_ids("<|endoftext|>")
    newline = tokenizer.encode("\n", add_special_tokens=False)[-1]
    ids = [bos, *tokenizer.encode(problem + "\n", add_special_tokens=False)]
    flags = [0] * len(ids)
    for step in steps:
        own = [*(tokenizer.encode(step, add_special_tokens=False) if step else []), newline]
        ids += own
        flags += [0] * (len(own) - 1) + [1]
    values = hidden(tiny, ids) @ tiny.head["v_head.summary.weight"].T + tiny.head["v_head.summary.bias"]
    return torch.sigmoid(values[:, 0])[torch.tensor(flags) == 1].tolist()


def trl(tiny, tokenizer, problem, steps):
    separator = tokenizer.encode("\n", add_special_tokens=False)
    bos = tokenizer.convert_tokens_to_ids("<|endoftext|>")
    ids = [bos, *tokenizer.encode(problem, add_special_tokens=False)]
    reads = []
    for step in steps:
        ids += [*tokenizer.encode(step, add_special_tokens=False), *separator]
        reads.append(len(ids) - 1)
    logits = hidden(tiny, ids) @ tiny.head["score.weight"].T + tiny.head["score.bias"]
    return logits.softmax(-1)[reads, 1].tolist()


def implicit(tiny, tokenizer, problem, steps, beta=0.001):
    answer = "\n\n".join(f"Step {i + 1}: {text}" for i, text in enumerate(steps))
    turns = [{"role": "user", "content": problem}, {"role": "assistant", "content": answer}]
    text = tokenizer.apply_chat_template(turns, tokenize=False)
    begin = text.index("<|im_start|>assistant\n") + len("<|im_start|>assistant\n")
    encoded = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
    ids = torch.tensor([encoded["input_ids"]])
    ratio = torch.zeros(ids.shape[1])
    for model, sign in ((tiny.model, 1), (tiny.reference.model, -1)):
        log_p = model(ids).logits[0].log_softmax(-1)
        ratio[1:] += sign * log_p[:-1].gather(1, ids[0, 1:, None])[:, 0]
    starts = torch.tensor([start for start, _ in encoded["offset_mapping"]])
    found, end = [], begin
    for i, step in enumerate(steps):
        end += len(f"Step {i + 1}: {step}")
        inside = (starts >= begin) & (starts < end)
        found.append(float(torch.sigmoid(beta * ratio[inside].sum())))
        end += 2
    return found
