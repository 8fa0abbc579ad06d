"""The formats that come in, each a module of its own. To add one: write the module, add its line here."""

from annotate.corpus.formats import native, processbench
from annotate.corpus.formats.base import Format

FORMATS: dict[str, Format] = {f.name: f for f in (native.FORMAT, processbench.FORMAT)}
