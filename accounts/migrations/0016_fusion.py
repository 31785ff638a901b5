"""The merge of two companies, and the company that was absorbed (BO-3)."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0015_agent'),
    ]

    operations = [
        migrations.CreateModel(
            name='Fusion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('strategie_gardee', models.CharField(choices=[('absorbante', "Celle de l'entreprise qui reste"), ('absorbee', "Celle de l'entreprise absorbée")], default='absorbante', max_length=20, verbose_name='stratégie globale gardée')),
                ('deviennent_contributeurs', models.JSONField(blank=True, default=list, verbose_name='responsables qui deviennent contributeurs')),
                ('motif', models.TextField(max_length=1000, verbose_name='motif')),
                ('etat', models.CharField(choices=[('proposee', 'À approuver'), ('approuvee', 'À confirmer'), ('confirmee', 'Confirmée'), ('annulee', 'Annulée'), ('ecartee', 'Écartée')], default='proposee', max_length=20, verbose_name='état')),
                ('proposee_le', models.DateTimeField(default=django.utils.timezone.now, verbose_name='proposée le')),
                ('approuvee_le', models.DateTimeField(blank=True, null=True, verbose_name='approuvée le')),
                ('finie_le', models.DateTimeField(blank=True, null=True, verbose_name='confirmée, annulée ou écartée le')),
                ('motif_fin', models.TextField(blank=True, max_length=1000, verbose_name="motif de l'annulation ou du refus")),
                ('releve', models.JSONField(blank=True, default=dict, verbose_name="relevé d'avant")),
                ('deplacement', models.CharField(blank=True, choices=[('aller', "De l'absorbée vers celle qui reste"), ('retour', "De celle qui reste vers l'absorbée")], max_length=10, verbose_name='déplacement en cours')),
            ],
            options={
                'verbose_name': 'fusion',
                'ordering': ['-pk'],
            },
        ),
        migrations.AddField(
            model_name='entreprise',
            name='fusionnee_dans',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='absorbees', to='accounts.entreprise', verbose_name='fusionnée dans'),
        ),
        migrations.AddConstraint(
            model_name='entreprise',
            constraint=models.CheckConstraint(condition=models.Q(('fusionnee_dans__isnull', True), models.Q(('fusionnee_dans', models.F('id')), _negated=True), _connector='OR'), name='entreprise_fusionnee_dans_une_autre', violation_error_message="Une entreprise n'est pas fusionnée avec elle-même."),
        ),
        migrations.AddField(
            model_name='fusion',
            name='absorbante',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.entreprise', verbose_name='entreprise qui reste'),
        ),
        migrations.AddField(
            model_name='fusion',
            name='absorbee',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.entreprise', verbose_name='entreprise absorbée'),
        ),
        migrations.AddField(
            model_name='fusion',
            name='approuvee_par',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approuvée par'),
        ),
        migrations.AddField(
            model_name='fusion',
            name='finie_par',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='par'),
        ),
        migrations.AddField(
            model_name='fusion',
            name='proposee_par',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='proposée par'),
        ),
        migrations.AddConstraint(
            model_name='fusion',
            constraint=models.UniqueConstraint(condition=models.Q(('etat__in', ('proposee', 'approuvee'))), fields=('absorbee',), name='une_fusion_ouverte_par_absorbee'),
        ),
        migrations.AddConstraint(
            model_name='fusion',
            constraint=models.UniqueConstraint(condition=models.Q(('etat__in', ('proposee', 'approuvee'))), fields=('absorbante',), name='une_fusion_ouverte_par_absorbante'),
        ),
        migrations.AddConstraint(
            model_name='fusion',
            constraint=models.CheckConstraint(condition=models.Q(('absorbee', models.F('absorbante')), _negated=True), name='fusion_de_deux_entreprises', violation_error_message='Une entreprise ne fusionne pas avec elle-même.'),
        ),
        migrations.AddConstraint(
            model_name='fusion',
            constraint=models.CheckConstraint(condition=models.Q(('motif', ''), _negated=True), name='fusion_a_un_motif', violation_error_message='Une fusion a un motif.'),
        ),
        migrations.AddConstraint(
            model_name='fusion',
            constraint=models.CheckConstraint(condition=models.Q(('approuvee_par__isnull', True), models.Q(('approuvee_par', models.F('proposee_par')), _negated=True), _connector='OR'), name='fusion_approuvee_par_une_autre', violation_error_message='Une fusion est approuvée par une autre personne que celle qui la propose.'),
        ),
        migrations.AddConstraint(
            model_name='fusion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approuvee_le__isnull', True), ('approuvee_par__isnull', True), ('etat__in', ['proposee', 'ecartee'])), models.Q(models.Q(('etat__in', ['proposee', 'ecartee']), _negated=True), ('approuvee_le__isnull', False), ('approuvee_par__isnull', False)), _connector='OR'), name='fusion_approuvee_datee_et_signee', violation_error_message='Une approbation a une date et un auteur.'),
        ),
        migrations.AddConstraint(
            model_name='fusion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('etat__in', ('proposee', 'approuvee')), ('finie_le__isnull', True), ('finie_par__isnull', True)), models.Q(models.Q(('etat__in', ('proposee', 'approuvee')), _negated=True), ('finie_le__isnull', False), ('finie_par__isnull', False)), _connector='OR'), name='fusion_finie_datee_et_signee', violation_error_message="La fin d'une fusion a une date et un auteur."),
        ),
        migrations.AddConstraint(
            model_name='fusion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('etat__in', ['annulee', 'ecartee']), _negated=True), models.Q(('motif_fin', ''), _negated=True), _connector='OR'), name='fusion_annulee_a_un_motif', violation_error_message='Une annulation ou un refus a un motif.'),
        ),
    ]
