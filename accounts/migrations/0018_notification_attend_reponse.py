"""Whether a notice waits for an answer, said by a column rather than guessed from its type (ACC-8)."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0017_fusion_finie'),
    ]

    operations = [
        migrations.AddField(
            model_name='notification',
            name='attend_reponse',
            field=models.BooleanField(default=False, verbose_name='attend une réponse'),
        ),
    ]
