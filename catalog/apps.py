from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "catalog"
    verbose_name = "produits et stratégie globale"

    def ready(self) -> None:
        from . import perms  # noqa: F401  (registers who may do what, once the models are there)
