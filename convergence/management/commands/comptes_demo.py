"""Print the accounts of the demonstration: login, password and role, one a line."""

from django.core.management.base import BaseCommand

from convergence.demo import AGENCE, COMPTES, MOT_DE_PASSE

CODE = "CONVERGENCE_DEMO=1 .venv/bin/python manage.py code_demo"  # as it is typed in the folder of the project


class Command(BaseCommand):
    help = "Affiche les comptes de démonstration : identifiant, mot de passe, rôle."

    def handle(self, **options) -> None:
        comptes = (*COMPTES, *AGENCE)
        width = max(len(compte.login) for compte in comptes)
        for compte in COMPTES:
            self.stdout.write(f"{compte.login:<{width}}  {MOT_DE_PASSE}  {compte.role}")
        for agent in AGENCE:
            self.stdout.write(f"{agent.login:<{width}}  {MOT_DE_PASSE}  {agent.role}")
        self.stdout.write("\nÀ six chiffres, le code qu'un compte de l'agence demande en plus :")
        self.stdout.write(f"{CODE} {AGENCE[0].login}")
