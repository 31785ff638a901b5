"""Questionnaires and their versions, sujets, answers, rights on a sujet."""

import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0002_journal_inalterable'),
        ('auth', '0012_alter_user_first_name_max_length'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Questionnaire',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=60, unique=True, verbose_name='code')),
                ('titre', models.CharField(max_length=200, verbose_name='titre')),
                ('theme', models.CharField(max_length=200, verbose_name='thème')),
                ('genre', models.CharField(max_length=30, verbose_name='genre')),
                ('portee', models.CharField(default='sujet', max_length=20, verbose_name='portée')),
            ],
            options={
                'verbose_name': 'questionnaire',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='RevisionContenu',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('numero', models.PositiveBigIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'révision du contenu',
            },
        ),
        migrations.CreateModel(
            name='Sujet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('genre', models.CharField(choices=[('produit', 'Produit'), ('strategie', 'Stratégie globale')], max_length=20, verbose_name='genre')),
                ('nom', models.CharField(max_length=200, verbose_name='nom')),
                ('certifications', models.TextField(blank=True, max_length=2000, verbose_name='certifications')),
                ('archive_le', models.DateTimeField(blank=True, null=True, verbose_name='archivé le')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('archive_par', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entreprise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.entreprise')),
                ('responsable', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'sujet',
                'ordering': ['-pk'],
                'permissions': [('lecture', 'Lecture des réponses'), ('saisie', 'Saisie des réponses'), ('validation', 'Validation des réponses')],
                'base_manager_name': 'tous',
                'default_manager_name': 'tous',
            },
            managers=[
                ('tous', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='DroitSurSujet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('permission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='auth.permission')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
                ('content_object', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='droits', to='questionnaires.sujet')),
            ],
            options={
                'verbose_name': 'droit sur un sujet',
                'verbose_name_plural': 'droits sur les sujets',
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Version',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('numero', models.PositiveIntegerField(verbose_name='numéro')),
                ('millesime', models.CharField(max_length=20, verbose_name='millésime')),
                ('etat', models.CharField(choices=[('brouillon', 'En préparation'), ('publiee', 'Publiée'), ('retiree', 'Retirée')], default='brouillon', max_length=20, verbose_name='état')),
                ('document', models.JSONField(verbose_name='document')),
                ('empreinte', models.CharField(max_length=64, verbose_name='empreinte')),
                ('publiee_le', models.DateTimeField(blank=True, null=True, verbose_name='publiée le')),
                ('questionnaire', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='questionnaires.questionnaire')),
            ],
            options={
                'verbose_name': 'version de questionnaire',
                'ordering': ['questionnaire', 'numero'],
            },
        ),
        migrations.CreateModel(
            name='Reponse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('inscription', models.PositiveBigIntegerField(default=0, verbose_name="numéro d'inscription")),
                ('etat', models.CharField(choices=[('brouillon', 'Brouillon'), ('validee', 'Validée'), ('abandonnee', 'Abandonnée')], default='brouillon', max_length=20, verbose_name='état')),
                ('reponses', models.JSONField(blank=True, default=dict, verbose_name='réponses')),
                ('sections_na', models.JSONField(blank=True, default=dict, verbose_name='sections non applicables')),
                ('revision', models.PositiveIntegerField(default=0, verbose_name='révision')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('modifiee_le', models.DateTimeField(verbose_name='modifiée le')),
                ('demandee_le', models.DateTimeField(blank=True, null=True, verbose_name='validation demandée le')),
                ('renvoyee_le', models.DateTimeField(blank=True, null=True, verbose_name='renvoyée le')),
                ('renvoi_commentaire', models.TextField(blank=True, max_length=5000, verbose_name='commentaire du renvoi')),
                ('validee_le', models.DateTimeField(blank=True, null=True, verbose_name='validée le')),
                ('demarche', models.CharField(blank=True, max_length=60, verbose_name="démarche d'où l'on a validé")),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('demandee_par', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entreprise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.entreprise')),
                ('modifiee_par', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('profil', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='questionnaires.reponse')),
                ('questionnaire', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='questionnaires.questionnaire')),
                ('renvoyee_par', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('validee_par', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('sujet', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reponses', to='questionnaires.sujet')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='questionnaires.version')),
            ],
            options={
                'verbose_name': 'réponse',
                'ordering': ['-validee_le', '-pk'],
                'base_manager_name': 'tous',
                'default_manager_name': 'tous',
            },
            managers=[
                ('tous', django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddIndex(
            model_name='sujet',
            index=models.Index(fields=['entreprise', 'genre', 'archive_le'], name='questionnai_entrepr_68a440_idx'),
        ),
        migrations.AddConstraint(
            model_name='sujet',
            constraint=models.UniqueConstraint(condition=models.Q(('genre', 'strategie')), fields=('entreprise',), name='une_strategie_par_entreprise'),
        ),
        migrations.AddConstraint(
            model_name='sujet',
            constraint=models.CheckConstraint(condition=models.Q(('archive_le__isnull', True), ('archive_par__isnull', False), _connector='OR'), name='sujet_archive_a_un_auteur', violation_error_message='Un archivage a un auteur.'),
        ),
        migrations.AlterUniqueTogether(
            name='droitsursujet',
            unique_together={('user', 'permission', 'content_object')},
        ),
        migrations.AddConstraint(
            model_name='version',
            constraint=models.UniqueConstraint(fields=('questionnaire', 'numero'), name='version_numero_unique'),
        ),
        migrations.AddConstraint(
            model_name='version',
            constraint=models.CheckConstraint(condition=models.Q(('etat', 'brouillon'), ('publiee_le__isnull', False), _connector='OR'), name='version_publiee_est_datee', violation_error_message='Une version publiée porte sa date de publication.'),
        ),
        migrations.AddIndex(
            model_name='reponse',
            index=models.Index(fields=['sujet', 'questionnaire', 'inscription', 'etat'], name='questionnai_sujet_i_eb1a27_idx'),
        ),
        migrations.AddConstraint(
            model_name='reponse',
            constraint=models.UniqueConstraint(condition=models.Q(('etat', 'brouillon')), fields=('sujet', 'questionnaire', 'inscription'), name='un_brouillon_par_questionnaire'),
        ),
        migrations.AddConstraint(
            model_name='reponse',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('etat', 'validee'), _negated=True), models.Q(('validee_le__isnull', False), ('validee_par__isnull', False)), _connector='OR'), name='reponse_validee_est_signee', violation_error_message='Une réponse validée porte sa date et son auteur.'),
        ),
        migrations.AddConstraint(
            model_name='reponse',
            constraint=models.CheckConstraint(condition=models.Q(('demandee_le__isnull', True), ('demandee_par__isnull', False), _connector='OR'), name='demande_de_validation_a_un_auteur', violation_error_message='Une demande de validation a un auteur.'),
        ),
        migrations.AddConstraint(
            model_name='reponse',
            constraint=models.CheckConstraint(condition=models.Q(('renvoyee_le__isnull', True), ('renvoyee_par__isnull', False), _connector='OR'), name='renvoi_a_un_auteur', violation_error_message='Un renvoi a un auteur.'),
        ),
    ]
