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


class EtatDemande(TextChoices):
    """Where a request for an account is (ACC-2, ACC-3)."""

    DEPOSEE = "deposee", "À examiner"
    PIECES_DEMANDEES = "pieces_demandees", "Pièces demandées"
    PIECES_RECUES = "pieces_recues", "Pièces reçues"
    ACCEPTEE = "acceptee", "Acceptée"
    REFUSEE = "refusee", "Refusée"


class Qualite(TextChoices):
    """In what capacity somebody asks for the account of a company (ACC-2)."""

    MANDATAIRE = "mandataire", "Mandataire social de l'entreprise"
    HABILITE = "habilite", "Personne habilitée par un mandataire social"


class SortResponsable(TextChoices):
    """What becomes of a responsable when the support names another (BO-3)."""

    RESTE = "reste", "Reste responsable"
    CONTRIBUTEUR = "contributeur", "Devient contributeur, sans droit de compte"
    SUPPRIME = "supprime", "Son compte est supprimé"


class EtatFusion(TextChoices):
    """Where a merge of two companies is (BO-3)."""

    PROPOSEE = "proposee", "À approuver"
    APPROUVEE = "approuvee", "À confirmer"
    CONFIRMEE = "confirmee", "Confirmée"
    ANNULEE = "annulee", "Annulée"
    ECARTEE = "ecartee", "Écartée"


class CampFusion(TextChoices):
    """The two companies of a merge."""

    ABSORBANTE = "absorbante", "Celle de l'entreprise qui reste"
    ABSORBEE = "absorbee", "Celle de l'entreprise absorbée"


class Deplacement(TextChoices):
    """In which direction a merge moves rows, while it does."""

    ALLER = "aller", "De l'absorbée vers celle qui reste"
    RETOUR = "retour", "De celle qui reste vers l'absorbée"


class NaturePiece(TextChoices):
    KBIS = "kbis", "Extrait Kbis de moins de trois mois"
    IDENTITE = "identite", "Pièce d'identité"


class EtatAnalyse(TextChoices):
    """What the antivirus said of a file (R-60)."""

    EN_ATTENTE = "en_attente", "Analyse antivirus en attente"
    SAIN = "sain", "Sain"
    INFECTE = "infecte", "Infecté"
    NON_ANALYSABLE = "non_analysable", "Non analysable"
    CHIFFRE = "chiffre", "Chiffré, non analysé"
    NON_ANALYSE = "non_analyse", "Non analysé"


class Role(TextChoices):
    """The groups of the agency, by their names (AZ-11, R-55)."""

    SUPPORT = "support", "Support"
    VERIFICATEUR_ANS = "verificateur_ans", "Vérificateur ANS"
    VERIFICATEUR_MES = "verificateur_mes", "Vérificateur MES"
    HABILITE_MES = "habilite_mes", "Habilité MES"
    GESTIONNAIRE_CONTENU = "gestionnaire_contenu", "Gestionnaire de contenu"
    PILOTE = "pilote", "Pilote"
    AUDITEUR = "auditeur", "Auditeur"
    ADMINISTRATEUR = "administrateur", "Administrateur"

    @property
    def presentation(self) -> str:
        """What the group lets one do, in a sentence."""
        return PRESENTATIONS[self]


PRESENTATIONS = {
    Role.SUPPORT: "Examine les demandes de compte, gère les entreprises et leurs comptes ; ne voit jamais les réponses.",
    Role.VERIFICATEUR_ANS: "Instruit les candidatures DMN.",
    Role.VERIFICATEUR_MES: "Instruit les fiches, les conventions et les dossiers de Mon espace santé.",
    Role.HABILITE_MES: "Ouvre les dépôts confidentiels.",
    Role.GESTIONNAIRE_CONTENU: "Publie les contenus et les conditions d'utilisation.",
    Role.PILOTE: "Lit les indicateurs.",
    Role.AUDITEUR: "Lit le journal, et rien d'autre.",
    Role.ADMINISTRATEUR: "Ouvre les comptes de l'agence, en fixe les groupes et suit le travail de fond ; n'a aucune donnée d'entreprise.",
}
