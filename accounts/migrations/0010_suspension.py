"""The support suspends a company or an account: date, author, reason (BO-3, AZ-8)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0009_compte_supprime_est_ferme'),
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.AddField(
            model_name='entreprise',
            name='motif_suspension',
            field=models.TextField(blank=True, db_default='', default='', max_length=1000, verbose_name='motif de la suspension'),
        ),
        migrations.AddField(
            model_name='entreprise',
            name='suspendue_par',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='suspendue par'),
        ),
        migrations.AddField(
            model_name='user',
            name='motif_suspension',
            field=models.TextField(blank=True, db_default='', default='', max_length=1000, verbose_name='motif de la suspension'),
        ),
        migrations.AddField(
            model_name='user',
            name='ouvert_avant_suspension',
            field=models.BooleanField(blank=True, null=True, verbose_name='était ouvert avant la suspension'),
        ),
        migrations.AddField(
            model_name='user',
            name='suspendu_le',
            field=models.DateTimeField(blank=True, null=True, verbose_name='suspendu par le support le'),
        ),
        migrations.AddField(
            model_name='user',
            name='suspendu_par',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='suspendu par'),
        ),
        migrations.AddConstraint(
            model_name='entreprise',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('motif_suspension', ''), ('suspendue_le__isnull', True), ('suspendue_par__isnull', True)), models.Q(('suspendue_le__isnull', False), ('suspendue_par__isnull', False), models.Q(('motif_suspension', ''), _negated=True)), _connector='OR'), name='entreprise_suspendue_a_un_motif', violation_error_message='Une suspension a une date, un auteur et un motif.'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('motif_suspension', ''), ('ouvert_avant_suspension__isnull', True), ('suspendu_le__isnull', True), ('suspendu_par__isnull', True)), models.Q(('is_active', False), ('ouvert_avant_suspension__isnull', False), ('suspendu_le__isnull', False), ('suspendu_par__isnull', False), models.Q(('motif_suspension', ''), _negated=True)), _connector='OR'), name='compte_suspendu_a_un_motif', violation_error_message='Un compte suspendu par le support est fermé ; la suspension a une date, un auteur et un motif.'),
        ),
    ]
