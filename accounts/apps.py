from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "comptes et entreprises"

    def ready(self) -> None:
        """Load what every app declares: its table of rights, its jobs, what it listens to, what it can verify."""
        from . import export_donnees  # noqa: F401  (declares its job; needs the models)

        autodiscover_modules("perms", "perms_agence", "libelles_journal", "jobs", "tasks", "signals", "integrity", "purges")
