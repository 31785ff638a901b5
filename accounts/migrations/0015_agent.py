"""The accounts of the agency, as the back-office lists them (R-55)."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0014_avis_inactivite'),
    ]

    operations = [
        migrations.CreateModel(
            name='Agent',
            fields=[
            ],
            options={
                'verbose_name': "compte de l'agence",
                'verbose_name_plural': "comptes de l'agence",
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('accounts.user',),
        ),
    ]
