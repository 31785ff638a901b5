"""What every model of the back-office shares: read here, written by actions only (AZ-2, STYLE « the back-office »)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib.admin import ModelAdmin, ShowFacets
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from .. import converters, policy  # noqa: F401  (« cle », in the addresses)
from ..historique import PER_PAGE, lignes, raconter, raconter_page
from ..recherche import holds_all
from ..views.pages import page_of
from .affichage import Etat, Valeur, bloc
from .liste import Liste

RECENT = 10  # lines of its history on the page of an object
UNKNOWN = "L'adresse de cette liste contient un critère qui n'existe pas."


@dataclass(frozen=True)
class Geste:
    """A button of the page of an object: where it leads, the verb its policy is asked, and when it makes sense.

    ``confirme`` is a page that says what will happen before it does; the others are sent at once, by POST. ``principal`` is what the object waits for.
    """

    libelle: str
    nom: str
    verbe: str
    quand: Callable[[Any], bool] = lambda obj: True
    confirme: bool = True
    principal: bool = False


@dataclass(frozen=True)
class Lien:
    """A button ready to be drawn."""

    libelle: str
    url: str
    confirme: bool
    style: str


class GestionAdmin(ModelAdmin):
    """A model read through our policy, on pages of our own.

    ``chemin`` is its path, ``blocs`` what its page shows (title, names of fields), ``gestes`` what can be done there.
    """

    chemin: ClassVar[str]
    titre: ClassVar[str]
    presentation: ClassVar[str] = ""
    vide: ClassVar[str] = "Il n'y a rien ici pour l'instant."
    recherche: ClassVar[str] = ""
    blocs: ClassVar[tuple[tuple[str, tuple[str, ...]], ...]] = ()
    gestes: ClassVar[tuple[Geste, ...]] = ()
    avec_historique: ClassVar[bool] = False
    gestes_liste: ClassVar[tuple[Geste, ...]] = ()

    change_list_template = "gestion/liste.html"
    change_form_template = "gestion/objet.html"
    actions = None
    list_per_page = 25
    show_facets = ShowFacets.NEVER
    show_full_result_count = False

    # --- Who may: the policy, never the permissions of Django -------------------------------------------------------------
    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return policy.can(request.user, "consulter", self.model if obj is None else obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def _check(self, request: HttpRequest, obj: Model | None = None) -> None:
        if not self.has_view_permission(request, obj):
            raise PermissionDenied(f"{self.opts.label} : consulter")

    # --- Addresses --------------------------------------------------------------------------------------------------------
    def get_urls(self) -> list[URLPattern]:
        """Route the list and the page of an object; adding, changing and deleting are no pages of a model."""
        view, stem = self.admin_site.admin_view, f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            path("", view(self.changelist_view), name=f"{stem}_changelist"),
            path("<cle:object_id>/", view(self.change_view), name=f"{stem}_change"),
            *([path("<cle:object_id>/historique/", view(self.history_view), name=f"{stem}_history")] if self.avec_historique else []),
        ]

    def url(self, page: str, *args: Any) -> str:
        """Give the address of a page of this model."""
        return reverse(f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_{page}", args=args)

    # --- The list ---------------------------------------------------------------------------------------------------------
    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[Liste]:
        return Liste

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Only the filters a list shows: any other field would let one guess its content letter by letter."""
        return lookup in {filtre.parameter_name for filtre in self.list_filter}

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        return queryset.filter(holds_all(search_term[:100], *self.search_fields)), False

    @method_decorator(require_safe)
    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        self._check(request)
        try:
            liste = self.get_changelist_instance(request)
        except (IncorrectLookupParameters, SuspiciousOperation):
            return render(request, "erreurs/400.html", {"message": UNKNOWN}, status=400)
        context = {"admin": self, "liste": liste, "accueil": self.url("changelist"), "liens": self._liens(request, None, self.gestes_liste)}
        return render(request, self.change_list_template, context)

    # --- The page of an object --------------------------------------------------------------------------------------------
    @method_decorator(require_safe)
    def change_view(self, request: HttpRequest, object_id: int, form_url: str = "", extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        obj = self._find(request, object_id)
        context = {
            **self._about(obj),
            "etat": self.etat(obj),
            "blocs": self.lire(obj),
            "liens": self._liens(request, obj, self.gestes),
            "historique": raconter(list(lignes(self.historique(obj))[:RECENT]), lecteur=request.user) if self.avec_historique else [],
            **self.contexte(request, obj),
        }
        return render(request, self.change_form_template, context)

    @method_decorator(require_safe)
    def history_view(self, request: HttpRequest, object_id: int, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show what was done to an object; Django's own table of changes stays empty, the journal knows."""
        obj = self._find(request, object_id)
        page = raconter_page(page_of(request, lignes(self.historique(obj)), par_page=PER_PAGE), lecteur=request.user)
        return render(request, "gestion/historique.html", {**self._about(obj), "page": page})

    def _find(self, request: HttpRequest, pk: int) -> Any:
        """Check first: who may not sees no difference between an object that is there and one that is not.

        :raises PermissionDenied: not one's to read. :raises Http404: no such object.
        """
        self._check(request)
        obj = self.get_queryset(request).filter(pk=pk).first()
        if obj is None:
            raise Http404("objet inconnu")
        self._check(request, obj)
        return obj

    def _about(self, obj: Model) -> dict[str, Any]:
        return {
            "admin": self,
            "objet": obj,
            "nom": self.nommer(obj),
            "liste": self.url("changelist"),
            "fiche": self.url("change", obj.pk),
            "suite_historique": self.url("history", obj.pk) if self.avec_historique else "",
        }

    def nommer(self, obj: Any) -> str:
        """Name an object, in its title and in the breadcrumb."""
        return str(obj)

    def historique(self, obj: Any) -> Q:
        """Say which lines of the journal make the history of an object."""
        raise NotImplementedError

    def etat(self, obj: Any) -> Etat | None:
        """Say where an object is, beside its title."""
        return None

    def lire(self, obj: Model) -> list[tuple[str, list[Valeur]]]:
        """Read what the page shows of an object."""
        return [(titre, bloc(noms, obj, self)) for titre, noms in self.blocs]

    def contexte(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Give what the template of this model needs beside its fields."""
        return {}

    def _liens(self, request: HttpRequest, obj: Any, gestes: tuple[Geste, ...]) -> list[Lien]:
        args = [] if obj is None else [obj.pk]
        asked = self.model if obj is None else obj
        kept = [geste for geste in gestes if policy.can(request.user, geste.verbe, asked) and (obj is None or geste.quand(obj))]
        return [Lien(geste.libelle, reverse(geste.nom, args=args), geste.confirme, "primaire" if geste.principal else "secondaire") for geste in kept]
