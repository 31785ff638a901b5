"""At most one stratégie globale that is not archived: a merge of two companies may keep the other one as history (CAT-7, BO-3)."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0017_fusion_finie'),
        ('questionnaires', '0002_garde_fous'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='sujet',
            name='une_strategie_par_entreprise',
        ),
        migrations.AddConstraint(
            model_name='sujet',
            constraint=models.UniqueConstraint(condition=models.Q(('archive_le__isnull', True), ('genre', 'strategie')), fields=('entreprise',), name='une_strategie_par_entreprise'),
        ),
    ]
