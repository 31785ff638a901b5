"""The support names another responsable: who, why, and what becomes of those before (BO-3)."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0010_suspension'),
    ]

    operations = [
        migrations.CreateModel(
            name='Passation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sorts', models.JSONField(default=dict, verbose_name='sort des responsables précédents')),
                ('motif', models.TextField(max_length=1000, verbose_name='motif')),
                ('faite_le', models.DateTimeField(default=django.utils.timezone.now, verbose_name='faite le')),
                ('entreprise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='passations', to='accounts.entreprise', verbose_name='entreprise')),
                ('faite_par', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='faite par')),
                ('nouveau', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='nouveau responsable')),
            ],
            options={
                'verbose_name': 'passation',
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('motif', ''), _negated=True), name='passation_a_un_motif', violation_error_message='Une passation a un motif.')],
            },
        ),
    ]
