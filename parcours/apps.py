from django.apps import AppConfig


class ParcoursConfig(AppConfig):
    name = "parcours"
    verbose_name = "parcours et inscriptions"

    def ready(self) -> None:
        from django.db.models import Subquery

        from accounts.alongside import read_alongside

        from . import (
            echelles,  # noqa: F401  (says what is published, once the models are there)
            referentiel,
        )

        read_alongside("revision_du_contenu", lambda: Subquery(referentiel.fetch_revision()), referentiel.note_revision)
