"""The formats that go out, each a module of its own. To add one: write the module, add its line here."""

from annotate.exports.formats import (
    csv,
    math_shepherd,
    native,
    prm800k,
    processbench,
    rlhflow,
    step_dpo,
    trl_preference,
    trl_stepwise,
    trl_unpaired,
)
from annotate.exports.formats.base import Format

FORMATS: dict[str, Format] = {
    f.name: f
    for f in (
        native.FORMAT,
        prm800k.FORMAT,
        processbench.FORMAT,
        math_shepherd.FORMAT,
        rlhflow.FORMAT,
        trl_stepwise.FORMAT,
        trl_preference.FORMAT,
        trl_unpaired.FORMAT,
        step_dpo.FORMAT,
        csv.FORMAT,
    )
}
