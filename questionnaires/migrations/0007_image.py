"""The schemas that sections show; a name given to a picture names it for ever (QST-0, WF-5)."""

from django.db import migrations, models

from accounts.db import append_only_trigger_operations


class Migration(migrations.Migration):

    dependencies = [
        ('questionnaires', '0006_verrou_du_sujet'),
    ]

    operations = [
        migrations.CreateModel(
            name='Image',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nom', models.CharField(max_length=120, unique=True, verbose_name='nom')),
                ('type_mime', models.CharField(max_length=30, verbose_name='type')),
                ('empreinte', models.CharField(max_length=64, verbose_name='empreinte')),
                ('contenu', models.BinaryField(verbose_name='contenu')),
            ],
            options={
                'verbose_name': 'image',
                'ordering': ['nom'],
            },
        ),
        *append_only_trigger_operations("questionnaires_image", message="Une image publiée ne change plus et ne se supprime pas."),
    ]
