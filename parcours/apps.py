from django.apps import AppConfig


class ParcoursConfig(AppConfig):
    name = "parcours"
    verbose_name = "parcours et inscriptions"

    def ready(self) -> None:
        from . import perms  # noqa: F401  (registers who may do what, once the models are there)
