"""The formats that go out, each a module of its own. To add one: write the module, add its line here."""

from annotate.exports.formats import native, prm800k, processbench, step_dpo, trl_stepwise
from annotate.exports.formats.base import Format

FORMATS: dict[str, Format] = {
    f.name: f for f in (native.FORMAT, prm800k.FORMAT, processbench.FORMAT, trl_stepwise.FORMAT, step_dpo.FORMAT)
}
