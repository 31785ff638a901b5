"""A list of the back-office: Django's ChangeList, with our pages, and addresses that nobody wrote refused in words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.admin import SimpleListFilter
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ORDER_VAR, PAGE_VAR, ChangeList
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from ..views.pages import page_of
from .affichage import Valeur, libelle, valeur


class Filtre(SimpleListFilter):
    """A filter of a list, by the value of ``champ``; a choice it does not offer is refused instead of showing everything.

    :raises IncorrectLookupParameters: unknown choice.
    """

    choix: tuple[tuple[str, str], ...] = ()
    champ = ""
    tout = "Tous"

    def __init__(self, request: HttpRequest, params: Any, model: type[Model], model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        if self.value() and self.value() not in dict(self.lookup_choices):
            raise IncorrectLookupParameters

    def lookups(self, request: HttpRequest, model_admin: Any) -> tuple[tuple[str, str], ...]:
        return self.choix

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return self.garder(queryset, self.value()) if self.value() else queryset

    def garder(self, rows: QuerySet, value: str) -> QuerySet:
        """Keep the rows of one choice."""
        return rows.filter(**{self.champ: value})


@dataclass(frozen=True)
class Colonne:
    """The heading of a column: the address that sorts by it, and how it is sorted now (« ascending », « descending » or nothing)."""

    libelle: str
    url: str
    tri: str


@dataclass(frozen=True)
class Ligne:
    """A row: the first value leads to the page of the object."""

    url: str
    premiere: Valeur
    autres: list[Valeur]


class Liste(ChangeList):
    """One page of a list, sorted by one column at most."""

    def get_results(self, request: HttpRequest) -> None:
        self.page = page_of(request, self.queryset, PAGE_VAR, self.list_per_page)
        self.result_list, self.result_count = self.page.object_list, self.page.paginator.count
        self.full_result_count, self.can_show_all, self.multi_page = None, False, self.page.paginator.num_pages > 1
        self.show_full_result_count, self.show_admin_actions, self.paginator = False, False, self.page.paginator

    def get_ordering(self, request: HttpRequest, queryset: QuerySet) -> list[Any]:
        if ORDER_VAR in self.params:
            self.params[ORDER_VAR] = self.params[ORDER_VAR].partition(".")[0][:4]
        return super().get_ordering(request, queryset)

    @property
    def parametres(self) -> str:
        """What the links to the other pages keep of the query."""
        return self.get_query_string().removeprefix("?")

    @property
    def is_narrowed(self) -> bool:
        return bool(self.query) or any(spec.value() for spec in self.filter_specs)

    @cached_property
    def colonnes(self) -> list[Colonne]:
        sorted_by = self.get_ordering_field_columns()
        return [self._colonne(rank, name, sorted_by.get(rank, "")) for rank, name in enumerate(self.list_display)]

    def _colonne(self, rank: int, name: str, order: str) -> Colonne:
        sortable = bool(self.get_ordering_field(name))
        url = self.get_query_string({ORDER_VAR: f"-{rank}" if order == "asc" else str(rank)}) if sortable else ""
        return Colonne(libelle(name, self.model_admin), url, {"asc": "ascending", "desc": "descending"}.get(order, ""))

    @cached_property
    def lignes(self) -> list[Ligne]:
        first, *others = self.list_display
        admin = self.model_admin
        return [Ligne(self.url_for_result(row), valeur(first, row, admin), [valeur(name, row, admin) for name in others]) for row in self.result_list]
