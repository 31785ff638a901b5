from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.module_loading import autodiscover_modules


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "comptes et entreprises"

    def ready(self) -> None:
        """Load what every app declares: its table of rights, its jobs, what it listens to, what it can verify."""
        from . import db_entreprise  # noqa: F401  (all need the models; the last declares its job)
        from .exports import donnees as export_donnees  # noqa: F401  (all need the models; the last declares its job)
        from .sign_in import codes_secours  # noqa: F401  (all need the models; the last declares its job)

        codes_secours.install()
        autodiscover_modules("perms", "perms_agence", "libelles_journal", "jobs", "tasks", "signals", "integrity", "purges", "rattachement", "donnees")
        pre_migrate.connect(db_entreprise.take_down, sender=self)
        post_migrate.connect(db_entreprise.set_up, sender=self)
