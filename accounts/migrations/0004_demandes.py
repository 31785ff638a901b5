"""Requests for an account, their pièces and the links to deposit them (ACC-2, ACC-3)."""

import accounts.rules.identity
import accounts.models.demande
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_preferences"),
    ]

    operations = [
        migrations.CreateModel(
            name="DemandeDeCompte",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("jeton", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "etat",
                    models.CharField(
                        choices=[
                            ("deposee", "À examiner"),
                            ("pieces_demandees", "Pièces demandées"),
                            ("pieces_recues", "Pièces reçues"),
                            ("acceptee", "Acceptée"),
                            ("refusee", "Refusée"),
                        ],
                        default="deposee",
                        max_length=20,
                        verbose_name="état",
                    ),
                ),
                ("raison_sociale", models.CharField(max_length=200, verbose_name="raison sociale")),
                ("forme_juridique", models.CharField(max_length=100, verbose_name="forme juridique")),
                ("siren", models.CharField(max_length=9, validators=[accounts.rules.identity.validate_siren], verbose_name="SIREN")),
                ("siret", models.CharField(max_length=14, validators=[accounts.rules.identity.validate_siret], verbose_name="SIRET du siège")),
                ("rcs", models.CharField(blank=True, max_length=100, verbose_name="RCS")),
                ("adresse", models.TextField(max_length=500, verbose_name="adresse du siège")),
                ("site", models.URLField(blank=True, max_length=300, verbose_name="site internet")),
                ("prenom", models.CharField(max_length=150, verbose_name="prénom")),
                ("nom", models.CharField(max_length=150, verbose_name="nom")),
                ("fonction", models.CharField(max_length=150, verbose_name="fonction")),
                ("email", models.EmailField(max_length=254, verbose_name="adresse électronique")),
                ("telephone", models.CharField(max_length=30, verbose_name="téléphone")),
                ("login", models.CharField(max_length=150, validators=[accounts.rules.identity.validate_login], verbose_name="nom d'utilisateur souhaité")),
                (
                    "qualite",
                    models.CharField(
                        choices=[("mandataire", "Mandataire social de l'entreprise"), ("habilite", "Personne habilitée par un mandataire social")],
                        max_length=20,
                        verbose_name="qualité",
                    ),
                ),
                ("deposee_le", models.DateTimeField(default=django.utils.timezone.now, verbose_name="déposée le")),
                ("prise_le", models.DateTimeField(blank=True, null=True, verbose_name="prise le")),
                ("decidee_le", models.DateTimeField(blank=True, null=True, verbose_name="décidée le")),
                ("motif", models.TextField(blank=True, max_length=2000, verbose_name="motif du refus")),
                ("kbis_du", models.DateField(blank=True, null=True, verbose_name="date de l'extrait Kbis")),
                (
                    "compte",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="compte créé",
                    ),
                ),
                (
                    "decidee_par",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="décidée par",
                    ),
                ),
                (
                    "entreprise",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.entreprise",
                        verbose_name="entreprise",
                    ),
                ),
                (
                    "prise_par",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="suivie par",
                    ),
                ),
            ],
            options={
                "verbose_name": "demande de compte",
                "verbose_name_plural": "demandes de compte",
                "ordering": ["deposee_le", "pk"],
            },
        ),
        migrations.CreateModel(
            name="LienDepot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("empreinte", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expire_le", models.DateTimeField(verbose_name="expire le")),
                ("ferme_le", models.DateTimeField(blank=True, null=True, verbose_name="utilisé ou retiré le")),
                ("demande", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="liens", to="accounts.demandedecompte")),
            ],
            options={
                "verbose_name": "lien de dépôt",
                "verbose_name_plural": "liens de dépôt",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="NoteInterne",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("texte", models.TextField(max_length=2000, verbose_name="note")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("auteur", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("demande", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="notes", to="accounts.demandedecompte")),
            ],
            options={
                "verbose_name": "note interne",
                "verbose_name_plural": "notes internes",
                "ordering": ["created_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="PieceJustificative",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "nature",
                    models.CharField(
                        choices=[("kbis", "Extrait Kbis de moins de trois mois"), ("identite", "Pièce d'identité")], max_length=20, verbose_name="nature"
                    ),
                ),
                ("fichier", models.FileField(blank=True, max_length=200, upload_to=accounts.models.demande.random_key, verbose_name="fichier")),
                ("nom", models.CharField(max_length=120, verbose_name="nom du fichier")),
                ("type_mime", models.CharField(max_length=60, verbose_name="type")),
                ("taille", models.PositiveIntegerField(verbose_name="taille en octets")),
                ("sha256", models.CharField(max_length=64, verbose_name="empreinte")),
                ("deposee_le", models.DateTimeField(default=django.utils.timezone.now, verbose_name="déposée le")),
                ("retiree_le", models.DateTimeField(blank=True, null=True, verbose_name="retirée par le demandeur le")),
                ("supprimee_le", models.DateTimeField(blank=True, null=True, verbose_name="fichier supprimé le")),
                ("demande", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="pieces", to="accounts.demandedecompte")),
                ("lien", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="pieces", to="accounts.liendepot")),
            ],
            options={
                "verbose_name": "pièce justificative",
                "verbose_name_plural": "pièces justificatives",
                "ordering": ["deposee_le", "pk"],
            },
        ),
        migrations.AddIndex(
            model_name="demandedecompte",
            index=models.Index(fields=["etat", "deposee_le"], name="accounts_de_etat_db82f5_idx"),
        ),
        migrations.AddIndex(
            model_name="demandedecompte",
            index=models.Index(fields=["siren"], name="accounts_de_siren_e0edb0_idx"),
        ),
        migrations.AddConstraint(
            model_name="demandedecompte",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decidee_le__isnull", False), ("decidee_par__isnull", False), ("etat__in", ("acceptee", "refusee"))),
                    models.Q(("etat__in", ("deposee", "pieces_demandees", "pieces_recues")), ("decidee_le__isnull", True)),
                    _connector="OR",
                ),
                name="demande_decidee_a_une_date",
                violation_error_message="Une demande décidée a une date et un auteur de décision.",
            ),
        ),
        migrations.AddConstraint(
            model_name="demandedecompte",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("etat", "refusee"), _negated=True), models.Q(("motif", ""), _negated=True), _connector="OR"),
                name="demande_refusee_a_un_motif",
                violation_error_message="Un refus a un motif.",
            ),
        ),
        migrations.AddConstraint(
            model_name="demandedecompte",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("compte__isnull", False), ("entreprise__isnull", False), ("etat", "acceptee")),
                    models.Q(models.Q(("etat", "acceptee"), _negated=True), ("compte__isnull", True), ("entreprise__isnull", True)),
                    _connector="OR",
                ),
                name="demande_acceptee_a_un_compte",
                violation_error_message="Une demande acceptée a une entreprise et un compte.",
            ),
        ),
        migrations.AddConstraint(
            model_name="piecejustificative",
            constraint=models.CheckConstraint(
                condition=models.Q(("supprimee_le__isnull", True), ("fichier", ""), _connector="OR"),
                name="piece_supprimee_sans_fichier",
                violation_error_message="Une pièce supprimée n'a plus de fichier.",
            ),
        ),
    ]
