"""The versions of the conditions of use that some account is still to be told of."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0019_demandes_d_acces_a_traiter'),
    ]

    operations = [
        migrations.AddField(
            model_name='cgu',
            name='a_annoncer',
            field=models.BooleanField(db_default=False, default=False, verbose_name='à annoncer'),
        ),
    ]
