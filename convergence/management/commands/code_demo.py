"""Print the code of the moment of a demonstration account of the agency: the second factor without a telephone."""

import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from convergence.demo import AGENCE

PERIOD = 30  # seconds, as every application counts (RFC 6238)


class Command(BaseCommand):
    help = "Affiche le code de double authentification d'un compte de démonstration de l'agence."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("login", choices=[agent.login for agent in AGENCE])

    def handle(self, *, login: str, **options) -> None:
        if not settings.DEMO:
            raise CommandError("La démonstration est désactivée (CONVERGENCE_DEMO=1 pour l'activer).")
        secret = next(agent.secret for agent in AGENCE if agent.login == login)
        self.stdout.write(format_hotp_value(hotp_value(secret, int(time.time()) // PERIOD)))
