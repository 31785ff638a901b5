"""What is typed about a produit or a stratégie globale; checks, writes nothing."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import Entreprise, User

from .enums import Dispositif, TypeProduit
from .models import Produit, StrategieGlobale

SORTS = {
    "-reference": ("-pk",),
    "reference": ("pk",),
    "nom": ("nom", "pk"),
    "-nom": ("-nom", "-pk"),
    "responsable": ("responsable__last_name", "responsable__first_name", "pk"),
    "-responsable": ("-responsable__last_name", "-responsable__first_name", "-pk"),
}


class ResponsableField(forms.ModelChoiceField):
    """An active account of the company (R-52), named as people know it."""

    def label_from_instance(self, obj: User) -> str:
        return obj.nom_complet


class SoclesField(forms.ModelMultipleChoiceField):
    """The socles an option extends, named with version and référence."""

    def label_from_instance(self, obj: Produit) -> str:
        return f"{obj.nom} {obj.version} (réf. {obj.reference})"


class ProduitForm(forms.ModelForm):
    """Identification of a produit (CAT-1)."""

    responsable = ResponsableField(queryset=User.objects.none(), label="Responsable du produit")
    socles = SoclesField(
        queryset=Produit.tous.none(),
        required=False,
        label="Produits socles complétés par cette option",
        help_text="Pour un produit de type option : le ou les socles avec lesquels il s'utilise.",
        widget=forms.CheckboxSelectMultiple,
    )
    dispositifs = forms.MultipleChoiceField(
        choices=Dispositif.choices,
        label="Par quels dispositifs êtes-vous intéressé ?",
        help_text="À titre d'information : ce choix n'engage à rien.",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez au moins un dispositif, ou « Aucun dispositif identifié pour le moment »."},
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
            "nom": "Forme conseillée : [NomDuProduit] [OS] [Appareil]. Exemple : « MonSuivi Android tablette ».",
            "type": "Un socle fonctionne seul ; une option complète un ou plusieurs socles.",
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

    def __init__(self, *args, entreprise: Entreprise, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["responsable"].queryset = User.objects.filter(entreprise=entreprise, is_active=True).order_by(
            "last_name", "first_name", "pk"
        )
        self.fields["responsable"].empty_label = "Choisissez une personne"
        socles = Produit.objects.of_entreprise(entreprise).actifs().filter(type=TypeProduit.SOCLE)
        self.fields["socles"].queryset = socles.exclude(pk=self.instance.pk) if self.instance.pk else socles

    def clean_dispositifs(self) -> list[str]:
        chosen = self.cleaned_data["dispositifs"]
        if Dispositif.AUCUN in chosen and len(chosen) > 1:
            raise ValidationError("« Aucun dispositif identifié pour le moment » exclut les autres choix.")
        return chosen

    def clean(self) -> dict:
        data = super().clean()
        if data.get("type") == TypeProduit.OPTION and not data.get("socles") and "socles" not in self.errors:
            cause = (
                "Choisissez au moins un produit socle."
                if self.fields["socles"].queryset.exists()
                else "Une option complète un produit socle : ajoutez d'abord un socle à votre catalogue."
            )
            self.add_error("socles", cause)
        if data.get("type") == TypeProduit.SOCLE:
            data["socles"] = Produit.tous.none()
        return data


class ProduitEditForm(ProduitForm):
    """Identification of an existing produit; a socle that options name stays a socle (R-41)."""

    def clean_type(self) -> str:
        wanted = self.cleaned_data["type"]
        if wanted == TypeProduit.OPTION and self.instance.options.exists():
            raise ValidationError("Des options complètent ce produit : il ne peut pas devenir une option.")
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
        self.fields["responsable"].queryset = User.objects.filter(entreprise=entreprise, is_active=True).order_by(
            "last_name", "first_name", "pk"
        )


class CatalogueFilterForm(forms.Form):
    """Search, filters and order of « Votre catalogue produits » (CAT-5)."""

    q = forms.CharField(label="Rechercher", required=False, max_length=100)
    type = forms.ChoiceField(label="Type", required=False, choices=[("", "Socles et options"), *TypeProduit.choices])
    etat = forms.ChoiceField(
        label="État", required=False, choices=[("", "Actifs"), ("archives", "Archivés"), ("tous", "Actifs et archivés")]
    )
    tri = forms.ChoiceField(label="Trier par", required=False, choices=[(key, key) for key in SORTS], widget=forms.HiddenInput)

    def apply(self, produits):
        """Narrow and order a queryset of produits by what was chosen; call it on a valid form."""
        data = self.cleaned_data
        if data["etat"] == "archives":
            produits = produits.filter(archive_le__isnull=False)
        elif data["etat"] != "tous":
            produits = produits.actifs()
        if data["type"]:
            produits = produits.filter(type=data["type"])
        if data["q"]:
            produits = produits.search(data["q"])
        return produits.order_by(*SORTS[data["tri"] or "-reference"])
