"""States, kinds and rights of the room « who may enter », with the labels of the screens."""

from __future__ import annotations

from django.db.models import TextChoices


class Profil(TextChoices):
    """What an account is: the two of a company (R-50), and the agency's staff."""

    RESPONSABLE = "responsable", "Responsable"
    CONTRIBUTEUR = "contributeur", "Contributeur"
    AGENCE = "agence", "Agence"


class Droit(TextChoices):
    """The rights of a company account, beside those it holds on each sujet (R-51)."""

    CREER_COMPTES = "creer_comptes", "Créer des comptes"
    CREER_PRODUITS = "creer_produits", "Créer des produits"
    VALIDER = "valider", "Valider"
    ACCES_STRATEGIE = "acces_strategie", "Accès à la stratégie globale"


class Issue(TextChoices):
    """How an action recorded in the journal ended."""

    ACCEPTE = "accepte", "Accepté"
    REFUSE = "refuse", "Refusé"


class EtatCourriel(TextChoices):
    A_ENVOYER = "a_envoyer", "À envoyer"
    ENVOYE = "envoye", "Envoyé"
    ECHEC = "echec", "Échec"


class EtatTravail(TextChoices):
    EN_ATTENTE = "en_attente", "En attente"
    EN_COURS = "en_cours", "En cours"
    TERMINE = "termine", "Terminé"
    ECHEC = "echec", "Échec"
