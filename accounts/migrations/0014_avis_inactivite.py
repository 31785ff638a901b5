"""The notices given to an account that nobody uses (DP-1)."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0013_identites_externes"),
    ]

    operations = [
        migrations.CreateModel(
            name="AvisInactivite",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("depuis", models.DateTimeField(verbose_name="inactif depuis le")),
                ("rang", models.PositiveSmallIntegerField(verbose_name="rang")),
                ("donne_le", models.DateTimeField(default=django.utils.timezone.now, verbose_name="donné le")),
                (
                    "compte",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="avis_inactivite", to=settings.AUTH_USER_MODEL, verbose_name="compte"
                    ),
                ),
            ],
            options={
                "verbose_name": "avis d'inactivité",
                "verbose_name_plural": "avis d'inactivité",
                "ordering": ["compte", "rang"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("compte", "depuis", "rang"), name="un_avis_par_rang", violation_error_message="Cet avis d'inactivité a déjà été donné."
                    )
                ],
            },
        ),
    ]
