"""What Celery runs. The rows say what is to be done; a message only says that it is worth a look."""

from celery import shared_task

from annotate.quality.standing import compute, waiting


@shared_task(name="quality.evaluate_waiting", time_limit=1800)
def evaluate_waiting() -> None:
    for row in waiting():
        compute(row)
