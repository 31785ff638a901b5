"""A change of e-mail address that waits for its confirmation (ACC-4, AU-3)."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_groupes_de_l_agence"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChangementAdresse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("nouvelle", models.EmailField(max_length=254, verbose_name="nouvelle adresse")),
                ("empreinte", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="demandé le")),
                ("expire_le", models.DateTimeField(verbose_name="expire le")),
                ("ferme_le", models.DateTimeField(blank=True, null=True, verbose_name="confirmé ou retiré le")),
                (
                    "compte",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="compte"),
                ),
            ],
            options={
                "verbose_name": "changement d'adresse",
                "verbose_name_plural": "changements d'adresse",
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ferme_le__isnull", True)),
                        fields=("compte",),
                        name="un_changement_d_adresse_ouvert",
                        violation_error_message="Un changement d'adresse est déjà en attente.",
                    )
                ],
            },
        ),
    ]
