"""What the database itself forbids: a request for access that mixes two companies (AZ-12)."""

from django.db import migrations

from questionnaires.db import same_entreprise_operations


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_demande_acces"), ("questionnaires", "0002_garde_fous")]

    operations = [*same_entreprise_operations("catalog_demandeacces", key="produit_id")]
