"""A validated answer still does not change; only its company may, where its sujet goes in a merge (WF-5, AZ-12, BO-3)."""

from django.db import migrations

from accounts.db import immutable_trigger_operations
from questionnaires.db import lock_parent_operations

MESSAGE = "Une réponse validée ne change plus et ne se supprime pas."
COLUMNS = (
    "id",
    "sujet_id",
    "questionnaire_id",
    "version_id",
    "inscription",
    "etat",
    "reponses",
    "sections_na",
    "revision",
    "created_at",
    "created_by_id",
    "modifiee_le",
    "modifiee_par_id",
    "demandee_le",
    "demandee_par_id",
    "renvoyee_le",
    "renvoyee_par_id",
    "renvoi_commentaire",
    "validee_le",
    "validee_par_id",
    "demarche",
    "profil_id",
)
OTHER_COLUMN = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in COLUMNS)
FROZEN = "OLD.etat <> 'brouillon'"
FROZEN_BUT_ITS_COMPANY = f"{FROZEN} AND (NEW.entreprise_id = OLD.entreprise_id OR {OTHER_COLUMN})"

(as_before,) = immutable_trigger_operations("questionnaires_reponse", when=FROZEN, events=("UPDATE",), message=MESSAGE)


class Migration(migrations.Migration):
    dependencies = [("questionnaires", "0003_une_strategie_active")]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, as_before.code),
        *immutable_trigger_operations("questionnaires_reponse", when=FROZEN_BUT_ITS_COMPANY, events=("UPDATE",), message=MESSAGE),
        *lock_parent_operations(),
    ]
