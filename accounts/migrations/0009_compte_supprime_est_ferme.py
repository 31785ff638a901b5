"""A deleted account is shut and attached to nobody (ACC-7)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_dates_des_suppressions"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("supprime_le__isnull", True), models.Q(("gestionnaire__isnull", True), ("is_active", False)), _connector="OR"),
                name="compte_supprime_est_ferme",
                violation_error_message="Un compte supprimé est fermé, et n'a plus de gestionnaire.",
            ),
        ),
    ]
