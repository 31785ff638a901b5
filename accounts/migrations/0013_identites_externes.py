"""Identities of a provider by which an account may be opened (ACC-4)."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0012_analyse_des_pieces"),
    ]

    operations = [
        migrations.CreateModel(
            name="IdentiteExterne",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("fournisseur", models.CharField(max_length=40, verbose_name="fournisseur")),
                ("sujet", models.CharField(max_length=255, verbose_name="sujet")),
                ("adresse", models.CharField(blank=True, max_length=254, verbose_name="adresse électronique")),
                ("rattachee_le", models.DateTimeField(default=django.utils.timezone.now, verbose_name="rattachée le")),
                ("utilisee_le", models.DateTimeField(blank=True, null=True, verbose_name="dernière connexion")),
                (
                    "compte",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="compte"),
                ),
            ],
            options={
                "verbose_name": "identité externe",
                "verbose_name_plural": "identités externes",
                "ordering": ["fournisseur", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("fournisseur", "sujet"),
                        name="une_identite_ouvre_un_compte",
                        violation_error_message="Cette identité est déjà rattachée à un compte.",
                    ),
                    models.UniqueConstraint(
                        fields=("compte", "fournisseur"),
                        name="une_identite_par_fournisseur",
                        violation_error_message="Une identité de ce fournisseur est déjà rattachée au compte.",
                    ),
                ],
            },
        ),
    ]
