"""Open an account of the agency and put it in its groups (AZ-11, R-55)."""

from argparse import ArgumentParser

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError, transaction

from accounts import journal
from accounts.enums import Profil, Role
from accounts.invitations import invitation_url
from accounts.models import User


class Command(BaseCommand):
    help = "Ouvre un compte de l'agence, et affiche le lien de 24 heures pour en choisir le mot de passe ; le second facteur est demandé ensuite."

    def add_arguments(self, parser: ArgumentParser) -> None:
        for name in ("login", "email", "prenom", "nom"):
            parser.add_argument(name)
        parser.add_argument("--groupe", action="append", choices=Role.values, required=True, help="peut être répété")

    def handle(self, *, login: str, email: str, prenom: str, nom: str, groupe: list[str], **options) -> None:
        try:
            with transaction.atomic():
                user = User.objects.create_user(login, email, first_name=prenom, last_name=nom, profil=Profil.AGENCE)
                user.groups.set(Group.objects.filter(name__in=groupe))
                journal.record("compte.cree", par=None, target=user, details={"profil": user.profil, "groupes": sorted(groupe)})
        except IntegrityError as error:
            raise CommandError("Ce nom d'utilisateur ou cette adresse sont déjà pris.") from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(invitation_url(user))
