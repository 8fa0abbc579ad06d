"""Gives a model's memory back to its device. Workers only: this needs torch."""

import gc

import torch


def release_memory() -> None:
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
