"""The formats that come in, each a module of its own. To add one: write the module, add its line here."""

from annotate.corpus.formats import (
    agent_process_bench,
    alfworld,
    atif,
    big_bench_mistake,
    deltabench,
    gsm8k,
    math_aps,
    math_shepherd,
    mr_ben,
    mr_gsm8k,
    native,
    natural_program,
    openai_messages,
    otel_genai,
    prm800k,
    prmbench,
    processbench,
    rlhflow,
    step_dpo,
    swe_agent,
    text,
    trl_preference,
    trl_stepwise,
    ultrainteract,
)
from annotate.corpus.formats.base import Format

FORMATS: dict[str, Format] = {
    f.name: f
    for f in (
        native.FORMAT,
        processbench.FORMAT,
        prm800k.FORMAT,
        prmbench.FORMAT,
        mr_gsm8k.FORMAT,
        mr_ben.FORMAT,
        big_bench_mistake.FORMAT,
        deltabench.FORMAT,
        math_shepherd.FORMAT,
        math_aps.FORMAT,
        natural_program.FORMAT,
        rlhflow.FORMAT,
        trl_stepwise.FORMAT,
        step_dpo.FORMAT,
        trl_preference.FORMAT,
        ultrainteract.FORMAT,
        swe_agent.FORMAT,
        alfworld.FORMAT,
        openai_messages.FORMAT,
        agent_process_bench.FORMAT,
        atif.FORMAT,
        otel_genai.FORMAT,
        gsm8k.FORMAT,
        text.FORMAT,
    )
}
