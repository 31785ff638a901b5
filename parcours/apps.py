from django.apps import AppConfig


class ParcoursConfig(AppConfig):
    name = "parcours"
    verbose_name = "parcours et inscriptions"

    def ready(self) -> None:
        from . import echelles  # noqa: F401  (says what is published, once the models are there)
