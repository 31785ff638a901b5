"""The open enrolments of a company, the last first, as the dashboard lists them."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0017_fusion_finie'),
        ('parcours', '0002_garde_fous'),
        ('questionnaires', '0004_fusion'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='inscription',
            name='parcours_in_entrepr_70ac5d_idx',
        ),
        migrations.AddIndex(
            model_name='inscription',
            index=models.Index(condition=models.Q(('retiree_le__isnull', True)), fields=['entreprise', '-inscrite_le', '-id'], name='inscriptions_ouvertes'),
        ),
    ]
