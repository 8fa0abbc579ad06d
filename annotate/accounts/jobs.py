from celery import shared_task
from django.core.management import call_command


@shared_task(name="accounts.clear_sessions")
def clear_sessions() -> None:
    """Remove the sessions that ran out: nothing else ever does."""
    call_command("clearsessions")
