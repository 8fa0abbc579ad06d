"""Figures of an evaluation as a table for the terminal. Pure."""

from collections.abc import Sequence
from typing import Any

from annotate.quality.evaluation import REVIEWED

SHOWN = (0.1, 0.2, 0.3, 0.5)
"""Where lift curves are told; `--json` has all of it."""


def table(result: dict[str, Any]) -> str:
    lines = [
        f"{result['traces']} labelled traces ({result['labels']}), {result['erroneous']} with an error, "
        f"of {result['problems']} problems.",
        "",
    ]
    rows = [["scorer", "opinions", "F1 (0.5)", "F1 (held out)", "step AUC", "trace AUC", "calibration", "lowest last"]]
    for one in result["scorers"]:
        tuned, calibration = one["f1_tuned"], one["calibration"]
        rows.append(
            [
                f"{one['key']} ({one['version'][:12]})",
                str(one["with_opinion"]),
                _f1(one["f1"]),
                f"{_f1(tuned)} at {tuned['threshold']:.2f}" if tuned else "-",
                _interval(one["step_auc"]),
                _interval(one["trace_auc"]),
                f"{_percent(calibration['error'])} off" if calibration else "-",
                _drift(one["lowest_at"]),
            ]
        )
    lines += [*aligned(rows), "F1 (erroneous traces whose first error is named, correct ones passed). Lowest last: how"]
    lines += ["often the lowest score is the last step's, and the first error of those with one.", ""]
    curves = [(one["key"], one["lift"]) for one in result["scorers"]]
    curves += [(name, result["baselines"][name]) for name in ("random", "length", "policy")]
    shares = [f"found at {100 * share:.0f} %" for share in SHOWN]
    rows = [["reviewed in the order of", *shares, "to review for 80 %", "area", "hours saved"]]
    for name, curve in curves:
        if curve:
            named = f"the queue ({result['policy']})" if name == "policy" else name
            saved = curve["hours_saved"]
            rows.append(
                [
                    named,
                    *(_percent(curve["found"][REVIEWED.index(share)]) for share in SHOWN),
                    _percent(curve["reviewed_80"]),
                    f"{curve['area']:.3f}",
                    "-" if saved is None else f"{saved:.1f}",
                ]
            )
    lines += aligned(rows)
    if result["median_seconds"] is None:
        lines += ["", "Hours can be told once people have judged traces here."]
    shown, hidden = (result["anchoring"][name] for name in ("shown", "hidden"))
    if shown["judgements"]:
        rows = [["the same first error as", "scores in sight", "hidden"]]
        for key in sorted({*shown["agreement"], *hidden["agreement"]}):
            same = [group["agreement"].get(key) for group in (shown, hidden)]
            rows.append([key, *(f"{_percent(s['share'])} of {s['judgements']}" if s else "-" for s in same)])
        lines += ["", *aligned(rows)]
    return "\n".join(lines)


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _f1(found: dict[str, Any] | None) -> str:
    if not found:
        return "-"
    return f"{_percent(found['f1'])} ({_percent(found['erroneous'])}, {_percent(found['correct'])})"


def _drift(found: dict[str, Any] | None) -> str:
    return f"{_percent(found['lowest_last'])}, {_percent(found['errors_last'])}" if found else "-"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f} %"


def _interval(area: dict[str, Any] | None) -> str:
    return f"{area['value']:.3f} ({area['low']:.3f} to {area['high']:.3f})" if area else "-"
