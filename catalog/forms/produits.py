"""What is typed about a produit or a stratégie globale; checks, writes nothing."""

from __future__ import annotations

from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.http import urlencode

from accounts.models import Entreprise, User
from questionnaires.models.sujet import SujetQuerySet

from ..enums import Dispositif, TypeProduit
from ..models import Produit, StrategieGlobale
from ..models.produit import ProduitQuerySet
from ..selectors.catalogue import search_produits
from .modification import ModificationForm

SORTS = {
    "-reference": ("-id",),
    "reference": ("id",),
    "nom": ("nom", "id"),
    "-nom": ("-nom", "-id"),
    "responsable": ("responsable__last_name", "responsable__first_name", "id"),
    "-responsable": ("-responsable__last_name", "-responsable__first_name", "-id"),
}
DEFAULT_SORT = "-reference"
MAX_BOXES = 100  # beyond, a page of boxes is neither read nor light (EC-1)


def is_key(value: Any) -> bool:
    """True for what the database can hold as a number of row; anything else is no choice, never a fault."""
    text = str(value)
    return text.isascii() and text.isdigit() and len(text) <= 18


class ResponsableField(forms.ModelChoiceField):
    """An active account of the company (R-52), named as people know it."""

    def to_python(self, value: Any) -> User | None:
        if value in self.empty_values or isinstance(value, User) or is_key(value):
            return super().to_python(value)
        raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params={"value": value})

    def label_from_instance(self, obj: User) -> str:
        return obj.nom_complet


class RowsField(forms.ModelMultipleChoiceField):
    """Several rows named by their keys."""

    def clean(self, value: Any) -> QuerySet[Any]:
        for item in value or ():
            if not is_key(item):
                raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params={"value": item})
        return super().clean(value)


class SoclesField(RowsField):
    """The socles an option extends, named with référence, and with version for those who may read them."""

    def label_from_instance(self, obj: Produit) -> str:
        return f"{obj.designation} (réf. {obj.reference})"


class ReferencesWidget(forms.TextInput):
    """Several produits named by their références in one line, where boxes would be too many."""

    def value_from_datadict(self, data, files, name):
        return (data.get(name) or "").replace(",", " ").replace(";", " ").split()

    def format_value(self, value):
        return ", ".join(str(item) for item in value or ()) if not isinstance(value, str) else value


class ProduitForm(forms.ModelForm):
    """Identification of a produit (CAT-1)."""

    responsable = ResponsableField(queryset=User.objects.none(), label="Responsable du produit")
    socles = SoclesField(
        queryset=Produit.tous.none(),
        required=False,
        label="Produits socles complétés par cette option",
        help_text="Obligatoire pour une option : au moins un socle avec lequel elle s'utilise.",
        widget=forms.CheckboxSelectMultiple,
    )
    dispositifs = forms.MultipleChoiceField(
        choices=Dispositif.choices,
        label="Par quels dispositifs êtes-vous intéressé ?",
        help_text="À titre d'information : ce choix n'engage à rien.",
        widget=forms.CheckboxSelectMultiple(attrs={"data-exclusif-valeur": Dispositif.AUCUN.value}),
        error_messages={"required": "Cochez au moins un dispositif, ou « Aucun dispositif identifié pour le moment »."},
    )

    class Meta:
        model = Produit
        fields = ["nom", "version", "type", "socles", "nil", "responsable", "description", "certifications", "dispositifs"]
        labels = {
            "nom": "Nom du produit",
            "type": "Type de produit",
            "nil": "Numéro d'identification du logiciel (NIL)",
            "certifications": "Certifications",
        }
        help_texts = {
            "nom": "Forme conseillée : [NomDuProduit] [OS] [Appareil]. Exemple : « MonSuivi Android tablette ».",
            "type": "Un socle fonctionne seul ; une option complète un ou plusieurs socles.",
            "nil": "Facultatif. Délivré par le Centre national de dépôt et d'agrément.",
            "certifications": "Facultatif. Certifications obtenues, participation à des projectathons…",
        }
        error_messages = {
            "nom": {"required": "Donnez le nom du produit."},
            "version": {"required": "Donnez la version du produit."},
            "description": {"required": "Décrivez le produit en quelques phrases."},
        }
        widgets = {
            "type": forms.RadioSelect,
            "description": forms.Textarea(attrs={"rows": 5}),
            "certifications": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args, par: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["responsable"].queryset = User.objects.filter(entreprise=par.entreprise_id, is_active=True).order_by("last_name", "first_name", "pk")
        self.fields["responsable"].empty_label = "Choisissez une personne"
        self._offer_socles(self._socles(par))

    def _offer_socles(self, socles: ProduitQuerySet) -> None:
        """Offer boxes to tick, or a line of références in a catalogue too long for them."""
        self.fields["socles"].queryset = socles
        if socles[: MAX_BOXES + 1].count() > MAX_BOXES:
            self.fields["socles"].widget = ReferencesWidget()
            self.fields["socles"].help_text = "Obligatoire pour une option : la référence de chaque socle, séparées par des virgules."

    def _socles(self, par: User) -> ProduitQuerySet:
        """Offer the active socles of the company (R-41), and those already extended, archived since or not."""
        offered = Q(archive_le__isnull=True)
        if self.instance.pk:
            offered |= Q(pk__in=self.instance.socles.values("pk"))
        socles = Produit.objects.visible_to(par).with_lisible(par).filter(offered, type=TypeProduit.SOCLE)
        return socles.exclude(pk=self.instance.pk).order_by("nom", "pk")

    def clean_dispositifs(self) -> list[str]:
        chosen = self.cleaned_data["dispositifs"]
        if Dispositif.AUCUN in chosen and len(chosen) > 1:
            raise ValidationError("« Aucun dispositif identifié pour le moment » exclut les autres choix.")
        return chosen

    def clean(self) -> dict:
        data = super().clean()
        if data.get("type") == TypeProduit.OPTION and not data.get("socles") and "socles" not in self.errors:
            cause = (
                "Choisissez au moins un produit socle."
                if self.fields["socles"].queryset.exists()
                else "Une option complète un produit socle : ajoutez d'abord un socle à votre catalogue."
            )
            self.add_error("socles", cause)
        if data.get("type") == TypeProduit.SOCLE:
            data["socles"] = Produit.tous.none()
        return data


class ProduitEditForm(ModificationForm, ProduitForm):
    """Identification of an existing produit; a socle that options name stays a socle (R-41)."""

    def clean_type(self) -> str:
        wanted = self.cleaned_data["type"]
        if wanted == TypeProduit.OPTION and self.instance.options.exists():
            raise ValidationError("Des options complètent ce produit : il ne peut pas devenir une option.")
        return wanted


class StrategieForm(forms.ModelForm):
    """Identification of the stratégie globale (CAT-7)."""

    responsable = ResponsableField(queryset=User.objects.none(), label="Responsable de la stratégie globale")

    class Meta:
        model = StrategieGlobale
        fields = ["nom", "responsable", "certifications"]
        labels = {"nom": "Nom de la stratégie globale", "certifications": "Certifications de l'entreprise"}
        help_texts = {"certifications": "Facultatif. Par exemple ISO 27001, HDS."}
        error_messages = {"nom": {"required": "Donnez un nom à la stratégie globale."}}
        widgets = {"certifications": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, entreprise: Entreprise, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["responsable"].queryset = User.objects.filter(entreprise=entreprise, is_active=True).order_by("last_name", "first_name", "pk")


class StrategieEditForm(ModificationForm, StrategieForm):
    """Identification of the stratégie globale already there."""


class ColumnHeading(NamedTuple):
    """A heading of the list that sorts it: its words, where it leads, and the present order (``aria-sort``)."""

    libelle: str
    url: str
    ordre: str


class CatalogueFilterForm(forms.Form):
    """Search, filters, order and page of « Votre catalogue produits » (CAT-5)."""

    q = forms.CharField(
        label="Référence, nom ou responsable",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
        error_messages={"max_length": "La recherche est limitée à 100 caractères."},
    )
    type = forms.ChoiceField(
        label="Type",
        required=False,
        choices=[("", "Socles et options"), *TypeProduit.choices],
        error_messages={"invalid_choice": "Ce type de produit n'existe pas : tous les types sont affichés."},
    )
    etat = forms.ChoiceField(
        label="État",
        required=False,
        choices=[("", "Actifs"), ("archives", "Archivés"), ("tous", "Actifs et archivés")],
        error_messages={"invalid_choice": "Cet état n'existe pas : les produits actifs sont affichés."},
    )
    tri = forms.ChoiceField(
        required=False,
        choices=[(key, key) for key in SORTS],
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": "Cet ordre de tri n'existe pas : les derniers produits ajoutés sont en tête."},
    )
    page = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=1_000_000,
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), "Cette page n'existe pas : voici la première."),
    )

    def apply(self, produits: SujetQuerySet, *, lecteur: User) -> SujetQuerySet:
        """Narrow and order the produits by what was chosen; what does not hold is left aside.

        The type of a produit is for those who may read it: a filter would tell it to the others (R-53).
        """
        etat, genre, words = self._chosen("etat"), self._chosen("type"), self._chosen("q")
        if etat != "tous":
            produits = produits.filter(archive_le__isnull=etat != "archives")
        if genre:
            produits = produits.readable_by(lecteur).filter(produit__type=genre)
        if words:
            produits = search_produits(produits, words, lecteur=lecteur)
        return produits.order_by(*SORTS[self._chosen("tri") or DEFAULT_SORT])

    @property
    def numero(self) -> int:
        """The page asked for."""
        return self._chosen("page") or 1

    @property
    def is_untouched(self) -> bool:
        """True for the list as it opens: nothing kept out, its own order, its first page."""
        return not self.chosen and self.numero == 1

    @property
    def is_searched(self) -> bool:
        """True when words are looked for."""
        return bool(self._chosen("q"))

    @property
    def is_narrowed(self) -> bool:
        """True when a search or a filter keeps some produits out of the list."""
        return any(self._chosen(name) for name in ("q", "type", "etat"))

    @property
    def refusals(self) -> list[str]:
        """What was asked for and does not exist, in words."""
        return [message for name in self.fields for message in self.errors.get(name, ())]

    @property
    def parametres(self) -> str:
        """What is chosen, page left out, as the links of the list carry it along."""
        return urlencode(self.chosen)

    def headings(self) -> list[ColumnHeading]:
        """Return the headings that sort, each leading to the other order of its column."""
        return [self._heading(*column) for column in (("reference", "Référence"), ("nom", "Produit"), ("responsable", "Responsable"))]

    def _heading(self, name: str, libelle: str) -> ColumnHeading:
        tri = self._chosen("tri") or DEFAULT_SORT
        ordre = {name: "ascending", f"-{name}": "descending"}.get(tri, "")
        wanted = f"-{name}" if ordre == "ascending" else name
        return ColumnHeading(libelle, f"?{urlencode({**self.chosen, 'tri': wanted})}", ordre)

    @property
    def chosen(self) -> dict[str, str]:
        """What is chosen, page left out."""
        return {name: self._chosen(name) for name in ("q", "type", "etat", "tri") if self._chosen(name)}

    def _chosen(self, name: str) -> Any:
        """Return what holds of a field, None otherwise."""
        self.is_valid()
        return self.cleaned_data.get(name)
