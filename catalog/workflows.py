"""The life of what the catalogue holds, one declared table each."""

from accounts.workflows import Workflow

from .models.demande_acces import EtatDemande


class DemandeAccesWorkflow(Workflow):
    """A request for access waits for one answer; whatever it is, it is the last."""

    refusal = "Cette demande d'accès a déjà reçu une réponse, ou a été retirée."
    transitions = {
        "accepter": ({EtatDemande.EN_ATTENTE}, EtatDemande.ACCEPTEE),
        "refuser": ({EtatDemande.EN_ATTENTE}, EtatDemande.REFUSEE),
        "retirer": ({EtatDemande.EN_ATTENTE}, EtatDemande.RETIREE),
    }
