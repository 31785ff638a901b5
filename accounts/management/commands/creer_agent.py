"""Open an account of the agency and put it in its groups (AZ-11, R-55)."""

from argparse import ArgumentParser

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts.actions.agents import ouvrir_agent
from accounts.courriels.invitations import invitation_url
from accounts.enums import Role
from accounts.errors import ActionRefused


class Command(BaseCommand):
    help = "Ouvre un compte de l'agence, et affiche le lien de 24 heures pour en choisir le mot de passe ; le second facteur est demandé ensuite."

    def add_arguments(self, parser: ArgumentParser) -> None:
        for name in ("login", "email", "prenom", "nom"):
            parser.add_argument(name)
        parser.add_argument("--groupe", action="append", choices=Role.values, required=True, help="peut être répété")

    def handle(self, *, login: str, email: str, prenom: str, nom: str, groupe: list[str], **options) -> None:
        identite = {"username": login, "email": email, "first_name": prenom, "last_name": nom}
        try:
            agent = ouvrir_agent(par=None, identite=identite, groupes=map(Role, groupe))
        except ActionRefused as refusal:
            raise CommandError(refusal.message) from refusal
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(invitation_url(agent))
