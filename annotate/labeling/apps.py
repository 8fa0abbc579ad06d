from django.apps import AppConfig


class LabelingConfig(AppConfig):
    name = "annotate.labeling"
