"""What the journal says of the answers: that they were written, never what they hold."""

from accounts.journal_words import declare

declare(
    {
        "reponse.validee": "Questionnaire validé",
        "reponse.validation_demandee": "Validation demandée",
        "reponse.demande_retiree": "Demande de validation retirée",
        "reponse.renvoyee": "Brouillon renvoyé",
        "reponse.brouillon_abandonne": "Brouillon abandonné",
        "qualification.enregistree": "Qualification enregistrée",
    },
    objets={"questionnaires.sujet": "Produit ou stratégie", "questionnaires.reponse": "Réponse"},
)
