from .cgu import AcceptationCgu, Cgu
from .courriel import Courriel
from .entreprise import Entreprise
from .journal import EntreeJournal, JournalTete, PersonneJournal
from .notification import Notification
from .travail import Travail
from .user import Droit, Profil, User

__all__ = [
    "AcceptationCgu",
    "Cgu",
    "Courriel",
    "Droit",
    "EntreeJournal",
    "Entreprise",
    "JournalTete",
    "Notification",
    "PersonneJournal",
    "Profil",
    "Travail",
    "User",
]
