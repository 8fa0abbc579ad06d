"""The formats that go out, each a module of its own. To add one: write the module, add its line here."""

from annotate.exports.formats import (
    agent_process_bench,
    atif,
    csv,
    full_step_dpo,
    math_shepherd,
    mr_ben,
    mr_gsm8k,
    native,
    natural_program,
    otel_genai,
    prm800k,
    processbench,
    refinement,
    rlhflow,
    self_correction,
    step_apo,
    step_dpo,
    trl_preference,
    trl_stepwise,
    trl_unpaired,
    ultrainteract,
)
from annotate.exports.formats.base import Format

FORMATS: dict[str, Format] = {
    f.name: f
    for f in (
        native.FORMAT,
        prm800k.FORMAT,
        processbench.FORMAT,
        mr_gsm8k.FORMAT,
        mr_ben.FORMAT,
        math_shepherd.FORMAT,
        rlhflow.FORMAT,
        trl_stepwise.FORMAT,
        trl_preference.FORMAT,
        trl_preference.CONVERSATIONAL,
        trl_unpaired.FORMAT,
        step_dpo.FORMAT,
        step_apo.FORMAT,
        full_step_dpo.FORMAT,
        ultrainteract.FORMAT,
        refinement.FORMAT,
        self_correction.FORMAT,
        natural_program.FORMAT,
        agent_process_bench.FORMAT,
        atif.FORMAT,
        otel_genai.FORMAT,
        csv.FORMAT,
    )
}
