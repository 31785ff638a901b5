"""The produits of a company, the last first, as the catalogue lists them."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0017_fusion_finie'),
        ('questionnaires', '0004_fusion'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='sujet',
            index=models.Index(condition=models.Q(('archive_le__isnull', True), ('genre', 'produit')), fields=['entreprise', '-id'], name='produits_actifs'),
        ),
    ]
