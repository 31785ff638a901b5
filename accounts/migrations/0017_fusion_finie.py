"""A merge that is over does not change any more, and no merge is deleted (BO-3, TR-1)."""

from django.db import migrations

from accounts.db import immutable_trigger_operations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0016_fusion")]

    operations = [
        *immutable_trigger_operations(
            "accounts_fusion", when="OLD.etat IN ('confirmee', 'annulee', 'ecartee')", events=("UPDATE",), message="Une fusion finie ne change plus."
        ),
        *immutable_trigger_operations("accounts_fusion", events=("DELETE",), message="Une fusion ne se supprime pas."),
    ]
