"""A job of the agency is of no company, and says so by its kind."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0020_cgu_a_annoncer'),
    ]

    operations = [
        migrations.AlterField(
            model_name='travail',
            name='entreprise',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.entreprise', verbose_name='entreprise'),
        ),
        migrations.AddConstraint(
            model_name='travail',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('entreprise__isnull', True), ('kind__startswith', 'agence.')), models.Q(('entreprise__isnull', False), models.Q(('kind__startswith', 'agence.'), _negated=True)), _connector='OR'), name='travail_d_une_entreprise_ou_de_l_agence', violation_error_message="Un travail est celui d'une entreprise, ou celui de l'agence."),
        ),
    ]
