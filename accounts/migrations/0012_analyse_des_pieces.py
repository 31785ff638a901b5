"""What the antivirus says of a pièce, and when it looks at it again (FI-6)."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0011_passation'),
    ]

    operations = [
        migrations.AddField(
            model_name='piecejustificative',
            name='analyse',
            field=models.CharField(choices=[('en_attente', 'Analyse antivirus en attente'), ('sain', 'Sain'), ('infecte', 'Infecté'), ('non_analysable', 'Non analysable'), ('chiffre', 'Chiffré, non analysé'), ('non_analyse', 'Non analysé')], default='en_attente', max_length=20, verbose_name='analyse antivirus'),
        ),
        migrations.AddField(
            model_name='piecejustificative',
            name='analyse_demandee_le',
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name='analyse demandée le'),
        ),
        migrations.AddField(
            model_name='piecejustificative',
            name='analyse_essais',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='analyses interrompues'),
        ),
        migrations.AddField(
            model_name='piecejustificative',
            name='analyse_prevue_le',
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name='prochaine analyse'),
        ),
        migrations.AddField(
            model_name='piecejustificative',
            name='analysee_le',
            field=models.DateTimeField(blank=True, null=True, verbose_name='analysée le'),
        ),
        migrations.AddField(
            model_name='piecejustificative',
            name='menace',
            field=models.CharField(blank=True, max_length=200, verbose_name='menace trouvée'),
        ),
        migrations.AddConstraint(
            model_name='piecejustificative',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('analyse__in', ['sain', 'infecte', 'chiffre']), _negated=True), ('analysee_le__isnull', False), _connector='OR'), name='piece_analysee_a_une_date', violation_error_message="Une pièce analysée a une date d'analyse."),
        ),
    ]
