from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "comptes et entreprises"

    def ready(self) -> None:
        """Load what every app declares: its table of rights (``perms``) and its jobs (``tasks``)."""
        autodiscover_modules("perms", "tasks")
