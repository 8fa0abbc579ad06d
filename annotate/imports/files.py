"""Where uploads are kept until they are in: one file for each import, under the data folder."""

from pathlib import Path

from django.conf import settings

from annotate.imports.models import Import


def folder() -> Path:
    """Made on first use; what people send in is no business of other accounts."""
    path = Path(settings.DATA_DIR) / "imports"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def file_of(import_: Import) -> Path:
    return folder() / str(import_.pk)
