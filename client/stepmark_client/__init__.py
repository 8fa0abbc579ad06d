"""Programs' way to a Stepmark server: send traces in, search them, make tasks of them, pull labels out."""

from stepmark_client.client import Client
from stepmark_client.errors import ApiError, StepmarkError, Unreachable
from stepmark_client.ingest import IngestReport, RejectedLine

__all__ = ["ApiError", "Client", "IngestReport", "RejectedLine", "StepmarkError", "Unreachable"]
