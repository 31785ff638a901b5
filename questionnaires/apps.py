from django.apps import AppConfig


class QuestionnairesConfig(AppConfig):
    name = "questionnaires"
    verbose_name = "questionnaires et réponses"

    def ready(self) -> None:
        from . import perms  # noqa: F401  (registers who may do what, once the models are there)
