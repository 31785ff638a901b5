from django.apps import AppConfig


class ConvergenceConfig(AppConfig):
    name = "convergence"
    verbose_name = "plateforme"

    def ready(self) -> None:
        from . import checks  # noqa: F401  (registers the checks, once the settings are read)
