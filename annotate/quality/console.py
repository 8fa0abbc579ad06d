"""Figures of an evaluation as a table for the terminal. Pure."""

from collections.abc import Sequence
from typing import Any


def table(result: dict[str, Any]) -> str:
    lines = [
        f"{result['traces']} labelled traces ({result['labels']}), {result['erroneous']} with an error, "
        f"of {result['problems']} problems.",
        "",
    ]
    rows = [["scorer", "opinions", "F1 (0.5)", "F1 (held out)", "step AUC", "trace AUC"]]
    for one in result["scorers"]:
        tuned = one["f1_tuned"]
        rows.append(
            [
                f"{one['key']} ({one['version'][:12]})",
                str(one["with_opinion"]),
                _percent(one["f1"] and one["f1"]["f1"]),
                f"{_percent(tuned['f1'])} at {tuned['threshold']:.2f}" if tuned else "-",
                _interval(one["step_auc"]),
                _interval(one["trace_auc"]),
            ]
        )
    lines += [*aligned(rows), ""]
    curves = [(one["key"], one["lift"]) for one in result["scorers"]]
    curves += [(name, result["baselines"][name]) for name in ("random", "length", "policy")]
    rows = [["reviewed in the order of", "found at 20 %", "to review for 80 %", "area", "hours saved"]]
    for name, curve in curves:
        if curve:
            named = f"the queue ({result['policy']})" if name == "policy" else name
            saved = curve["hours_saved"]
            rows.append(
                [
                    named,
                    _percent(curve["at_20"]),
                    _percent(curve["reviewed_80"]),
                    f"{curve['area']:.3f}",
                    "-" if saved is None else f"{saved:.1f}",
                ]
            )
    lines += aligned(rows)
    if result["median_seconds"] is None:
        lines += ["", "Hours can be told once people have judged traces here."]
    return "\n".join(lines)


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f} %"


def _interval(area: dict[str, Any] | None) -> str:
    return f"{area['value']:.3f} ({area['low']:.3f} to {area['high']:.3f})" if area else "-"
