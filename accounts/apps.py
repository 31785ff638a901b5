from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.module_loading import autodiscover_modules


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "comptes et entreprises"

    def ready(self) -> None:
        """Load what every app declares: its table of rights, its jobs, what it listens to, what it can verify."""
        from . import db_entreprise, export_donnees  # noqa: F401  (both need the models; the second declares its job)

        autodiscover_modules("perms", "perms_agence", "libelles_journal", "jobs", "tasks", "signals", "integrity", "purges", "rattachement", "donnees")
