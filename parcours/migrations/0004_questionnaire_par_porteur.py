"""A démarche may hold one questionnaire for the produit and for the stratégie alike."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('parcours', '0003_index_des_listes'),
        ('questionnaires', '0005_index_des_listes'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='demarchequestionnaire',
            name='questionnaire_une_fois_par_volet',
        ),
        migrations.AddConstraint(
            model_name='demarchequestionnaire',
            constraint=models.UniqueConstraint(fields=('demarche', 'code', 'volet', 'porteur'), name='questionnaire_une_fois_par_volet'),
        ),
    ]
