"""Parcours, démarches, their exigences and the enrolments."""

import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0002_journal_inalterable'),
        ('questionnaires', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Parcours',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=60, unique=True, verbose_name='code')),
                ('titre', models.CharField(max_length=200, verbose_name='titre')),
                ('ordre', models.PositiveIntegerField(default=0, verbose_name='ordre')),
                ('etat', models.CharField(choices=[('ouvert', 'Ouvert'), ('a_venir', 'À venir')], default='ouvert', max_length=20, verbose_name='état')),
                ('document', models.JSONField(default=dict, verbose_name='textes')),
            ],
            options={
                'verbose_name': 'parcours',
                'verbose_name_plural': 'parcours',
                'ordering': ['ordre', 'code'],
            },
        ),
        migrations.CreateModel(
            name='Demarche',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=60, unique=True, verbose_name='code')),
                ('titre', models.CharField(max_length=200, verbose_name='titre')),
                ('libelle_court', models.CharField(max_length=200, verbose_name='libellé court')),
                ('ordre', models.PositiveIntegerField(default=0, verbose_name='ordre')),
                ('accepte', models.JSONField(default=list, verbose_name='accepte')),
                ('ouverte', models.BooleanField(default=True, verbose_name='ouverte aux inscriptions')),
                ('profil', models.CharField(choices=[('qualification', 'Qualification'), ('orientation', 'Orientation'), ('aucun', 'Aucune')], default='aucun', max_length=20, verbose_name='source du profil')),
                ('verdict', models.CharField(choices=[('doctrine', 'Doctrine : niveau recommandé'), ('mes', 'Mon espace santé : réponses acceptées'), ('conformite', 'Conformité')], default='doctrine', max_length=20, verbose_name='régime du verdict')),
                ('document', models.JSONField(default=dict, verbose_name='textes')),
                ('parcours', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='demarches', to='parcours.parcours')),
            ],
            options={
                'verbose_name': 'démarche',
                'ordering': ['parcours', 'ordre', 'code'],
            },
        ),
        migrations.CreateModel(
            name='DemarcheQuestionnaire',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=60, verbose_name='code du questionnaire')),
                ('ordre', models.PositiveIntegerField(default=0, verbose_name='ordre')),
                ('volet', models.CharField(choices=[('evaluation', 'Évaluation'), ('projection', 'Projection'), ('depot', 'Dépôt'), ('formulaire', 'Formulaire')], default='evaluation', max_length=20, verbose_name='volet')),
                ('titre', models.CharField(max_length=200, verbose_name='titre')),
                ('porteur', models.CharField(default='produit', max_length=20, verbose_name='porteur')),
                ('prerequis', models.CharField(blank=True, max_length=20, verbose_name='prérequis')),
                ('a_venir', models.BooleanField(default=False, verbose_name='à venir')),
                ('annonce', models.TextField(blank=True, verbose_name='annonce')),
                ('demarche', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lignes', to='parcours.demarche')),
                ('questionnaire', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lignes', to='questionnaires.questionnaire')),
            ],
            options={
                'verbose_name': "questionnaire d'une démarche",
                'verbose_name_plural': 'questionnaires des démarches',
                'ordering': ['demarche', 'ordre'],
                'constraints': [models.UniqueConstraint(fields=('demarche', 'code', 'volet'), name='questionnaire_une_fois_par_volet'), models.CheckConstraint(condition=models.Q(('a_venir', True), ('questionnaire__isnull', False), _connector='OR'), name='questionnaire_present_ou_a_venir', violation_error_message='Un questionnaire sans contenu est annoncé « à venir ».')],
            },
        ),
        migrations.CreateModel(
            name='Exigences',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('numero', models.PositiveIntegerField(verbose_name='numéro')),
                ('document', models.JSONField(verbose_name='document')),
                ('empreinte', models.CharField(max_length=64, verbose_name='empreinte')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('demarche', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exigences', to='parcours.demarche')),
                ('questionnaire', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='questionnaires.questionnaire')),
            ],
            options={
                'verbose_name': 'exigences',
                'verbose_name_plural': 'exigences',
                'ordering': ['demarche', 'questionnaire', 'numero'],
                'constraints': [models.UniqueConstraint(fields=('demarche', 'questionnaire', 'numero'), name='exigences_numero_unique')],
            },
        ),
        migrations.CreateModel(
            name='Inscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('inscrite_le', models.DateTimeField(auto_now_add=True, verbose_name='inscrite le')),
                ('retiree_le', models.DateTimeField(blank=True, null=True, verbose_name='retirée le')),
                ('demarche', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='inscriptions', to='parcours.demarche')),
                ('entreprise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.entreprise')),
                ('inscrite_par', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('retiree_par', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('sujet', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='inscriptions', to='questionnaires.sujet')),
            ],
            options={
                'verbose_name': 'inscription',
                'ordering': ['-inscrite_le', '-pk'],
                'base_manager_name': 'tous',
                'default_manager_name': 'tous',
                'indexes': [models.Index(fields=['entreprise', '-inscrite_le'], name='parcours_in_entrepr_70ac5d_idx')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('retiree_le__isnull', True)), fields=('sujet', 'demarche'), name='une_inscription_ouverte'), models.CheckConstraint(condition=models.Q(('retiree_le__isnull', True), ('retiree_par__isnull', False), _connector='OR'), name='retrait_a_un_auteur', violation_error_message='Un retrait a un auteur.')],
            },
            managers=[
                ('tous', django.db.models.manager.Manager()),
            ],
        ),
    ]
