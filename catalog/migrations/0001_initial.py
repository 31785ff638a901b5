"""Produits and stratégies globales."""

import django.db.models.deletion
import django.db.models.manager
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('questionnaires', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='StrategieGlobale',
            fields=[
                ('sujet_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='questionnaires.sujet')),
            ],
            options={
                'verbose_name': 'stratégie globale',
                'verbose_name_plural': 'stratégies globales',
                'base_manager_name': 'tous',
                'default_manager_name': 'tous',
            },
            bases=('questionnaires.sujet',),
            managers=[
                ('tous', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Produit',
            fields=[
                ('sujet_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='questionnaires.sujet')),
                ('version', models.CharField(max_length=60, verbose_name='version')),
                ('type', models.CharField(choices=[('socle', 'Socle'), ('option', 'Option')], default='socle', max_length=10, verbose_name='type de produit')),
                ('nil', models.CharField(blank=True, max_length=60, verbose_name="n° d'identification du logiciel (NIL)")),
                ('description', models.TextField(max_length=4000, verbose_name='description')),
                ('dispositifs', models.JSONField(default=list, verbose_name="dispositifs d'intérêt")),
                ('publie', models.BooleanField(default=True, verbose_name="publié dans l'Observatoire")),
                ('jeton_creation', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='jeton de création')),
                ('socles', models.ManyToManyField(blank=True, related_name='options', to='catalog.produit')),
            ],
            options={
                'verbose_name': 'produit',
                'base_manager_name': 'tous',
                'default_manager_name': 'tous',
            },
            bases=('questionnaires.sujet',),
            managers=[
                ('tous', django.db.models.manager.Manager()),
            ],
        ),
    ]
