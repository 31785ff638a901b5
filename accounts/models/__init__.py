from .adresse import ChangementAdresse
from .agent import Agent
from .avis_inactivite import AvisInactivite
from .cgu import AcceptationCgu, Cgu
from .courriel import Courriel
from .demande import DemandeDeCompte, DemandeWorkflow, LienDepot, NoteInterne, PieceJustificative
from .entreprise import Entreprise
from .fusion import Fusion, FusionWorkflow
from .identite import IdentiteExterne
from .journal import EntreeJournal, JournalTete, PersonneJournal
from .notification import Notification
from .passation import Passation
from .travail import Travail
from .user import Droit, Profil, User

__all__ = [
    "AcceptationCgu",
    "Agent",
    "AvisInactivite",
    "Cgu",
    "ChangementAdresse",
    "Courriel",
    "DemandeDeCompte",
    "DemandeWorkflow",
    "Droit",
    "EntreeJournal",
    "Entreprise",
    "Fusion",
    "FusionWorkflow",
    "IdentiteExterne",
    "JournalTete",
    "LienDepot",
    "NoteInterne",
    "Notification",
    "Passation",
    "PersonneJournal",
    "PieceJustificative",
    "Profil",
    "Travail",
    "User",
]
