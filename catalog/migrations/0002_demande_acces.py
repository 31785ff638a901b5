"""What one asks the nearest manager, to be allowed on a produit (R-53)."""

import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_preferences'),
        ('catalog', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DemandeAcces',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('droit', models.CharField(choices=[('lecture', 'Lecture'), ('saisie', 'Saisie'), ('validation', 'Validation')], max_length=20, verbose_name='droit demandé')),
                ('message', models.TextField(blank=True, max_length=1000, verbose_name='message')),
                ('etat', models.CharField(choices=[('en_attente', 'En attente'), ('acceptee', 'Acceptée'), ('refusee', 'Refusée'), ('retiree', 'Retirée')], default='en_attente', max_length=20, verbose_name='état')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='demandée le')),
                ('decidee_le', models.DateTimeField(blank=True, null=True, verbose_name='décidée le')),
                ('decidee_par', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('demandeur', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='demandes_acces', to=settings.AUTH_USER_MODEL)),
                ('entreprise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.entreprise')),
                ('produit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='demandes_acces', to='catalog.produit')),
            ],
            options={
                'verbose_name': "demande d'accès",
                'verbose_name_plural': "demandes d'accès",
                'ordering': ['-pk'],
                'base_manager_name': 'tous',
                'default_manager_name': 'tous',
                'constraints': [models.UniqueConstraint(condition=models.Q(('etat', 'en_attente')), fields=('demandeur', 'produit'), name='une_demande_en_attente'), models.CheckConstraint(condition=models.Q(models.Q(('decidee_le__isnull', True), ('decidee_par__isnull', True), ('etat', 'en_attente')), models.Q(models.Q(('etat', 'en_attente'), _negated=True), ('decidee_le__isnull', False), ('decidee_par__isnull', False)), _connector='OR'), name='decision_d_acces_datee_et_signee', violation_error_message='Une décision a une date et un auteur.')],
            },
            managers=[
                ('tous', django.db.models.manager.Manager()),
            ],
        ),
    ]
