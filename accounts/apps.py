from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.module_loading import autodiscover_modules


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "comptes et entreprises"

    def ready(self) -> None:
        """Load what every app declares: its table of rights, its jobs, what it listens to, what it can verify."""
        # Here because all three need the models.
        from . import db_entreprise
        from .exports import donnees, journal  # noqa: F401  (declare their jobs)
        from .sign_in import codes_secours

        codes_secours.install()
        autodiscover_modules("perms", "perms_agence", "libelles_journal", "jobs", "tasks", "signals", "integrity", "purges", "rattachement", "donnees")
        pre_migrate.connect(db_entreprise.take_down, sender=self)
        post_migrate.connect(db_entreprise.set_up, sender=self)
