from django.apps import AppConfig


class ParcoursConfig(AppConfig):
    name = "parcours"
    verbose_name = "parcours et inscriptions"

    def ready(self) -> None:
        from . import echelles, perms  # noqa: F401  (say what is published and who may do what, once the models are there)
