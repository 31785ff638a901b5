"""Companies, accounts, journal, notices, mails, jobs, conditions of use."""

import django.db.models.deletion
import django.db.models.manager
import django.utils.timezone
import guardian.mixins
from django.conf import settings
from django.db import migrations, models

import accounts.rules.identity
import accounts.models.travail


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="Cgu",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.CharField(max_length=40, unique=True, verbose_name="version")),
                ("texte", models.TextField(verbose_name="texte")),
                ("publiee_le", models.DateTimeField(default=django.utils.timezone.now, verbose_name="publiée le")),
            ],
            options={
                "verbose_name": "conditions générales d'utilisation",
                "verbose_name_plural": "conditions générales d'utilisation",
                "ordering": ["-publiee_le", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="EntreeJournal",
            fields=[
                ("sequence", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField(verbose_name="le")),
                ("acteur", models.BigIntegerField(blank=True, null=True, verbose_name="compte de l'auteur")),
                (
                    "acteur_profil",
                    models.CharField(
                        blank=True,
                        choices=[("responsable", "Responsable"), ("contributeur", "Contributeur"), ("agence", "Agence")],
                        max_length=20,
                        verbose_name="profil de l'auteur",
                    ),
                ),
                ("acteur_entreprise", models.BigIntegerField(blank=True, null=True, verbose_name="entreprise de l'auteur")),
                ("action", models.CharField(max_length=80, verbose_name="action")),
                ("target_type", models.CharField(blank=True, max_length=80, verbose_name="type d'objet")),
                ("target_id", models.CharField(blank=True, max_length=64, verbose_name="objet")),
                ("version", models.CharField(blank=True, max_length=64, verbose_name="version de l'objet")),
                ("entreprise", models.BigIntegerField(blank=True, null=True, verbose_name="entreprise de l'objet")),
                ("issue", models.CharField(choices=[("accepte", "Accepté"), ("refuse", "Refusé")], default="accepte", max_length=10, verbose_name="issue")),
                ("details", models.JSONField(default=dict, verbose_name="détails")),
                ("request_id", models.CharField(blank=True, max_length=64, verbose_name="requête")),
                ("empreinte_personne", models.CharField(blank=True, max_length=64, verbose_name="empreinte des données personnelles")),
                ("precedente", models.CharField(blank=True, max_length=64, verbose_name="empreinte de la ligne précédente")),
                ("empreinte", models.CharField(max_length=64, unique=True, verbose_name="empreinte")),
            ],
            options={
                "verbose_name": "ligne du journal",
                "verbose_name_plural": "journal",
                "ordering": ["-sequence"],
            },
        ),
        migrations.CreateModel(
            name="Entreprise",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("raison_sociale", models.CharField(max_length=200, verbose_name="raison sociale")),
                ("siren", models.CharField(max_length=9, unique=True, validators=[accounts.rules.identity.validate_siren], verbose_name="SIREN")),
                ("forme_juridique", models.CharField(blank=True, max_length=100, verbose_name="forme juridique")),
                ("adresse", models.TextField(blank=True, max_length=500, verbose_name="adresse")),
                ("site", models.URLField(blank=True, max_length=300, verbose_name="site")),
                ("suspendue_le", models.DateTimeField(blank=True, null=True, verbose_name="suspendue le")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "entreprise",
                "ordering": ["raison_sociale", "pk"],
            },
        ),
        migrations.CreateModel(
            name="JournalTete",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("sequence", models.BigIntegerField(default=0)),
                ("empreinte", models.CharField(blank=True, max_length=64)),
            ],
            options={
                "verbose_name": "tête du journal",
                "verbose_name_plural": "tête du journal",
            },
        ),
        migrations.CreateModel(
            name="Notification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("produit_label", models.CharField(blank=True, max_length=300, verbose_name="produit")),
                ("produit_id", models.BigIntegerField(blank=True, null=True, verbose_name="référence du produit")),
                ("type", models.CharField(max_length=100, verbose_name="type")),
                ("contenu", models.TextField(verbose_name="contenu")),
                ("url", models.CharField(blank=True, max_length=500, verbose_name="lien")),
                ("recue_le", models.DateTimeField(default=django.utils.timezone.now, verbose_name="reçue le")),
                ("lue_le", models.DateTimeField(blank=True, null=True, verbose_name="lue le")),
                ("dedupe", models.CharField(blank=True, max_length=200, null=True, unique=True)),
            ],
            options={
                "verbose_name": "notification",
                "ordering": ["-recue_le", "-pk"],
                "base_manager_name": "tous",
                "default_manager_name": "tous",
            },
            managers=[
                ("tous", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Travail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=60, verbose_name="nature")),
                ("cle", models.CharField(max_length=200, verbose_name="clé d'unicité")),
                ("params", models.JSONField(default=dict, verbose_name="paramètres")),
                (
                    "etat",
                    models.CharField(
                        choices=[("en_attente", "En attente"), ("en_cours", "En cours"), ("termine", "Terminé"), ("echec", "Échec")],
                        default="en_attente",
                        max_length=20,
                        verbose_name="état",
                    ),
                ),
                ("progres", models.PositiveIntegerField(default=0, verbose_name="fait")),
                ("total", models.PositiveIntegerField(default=0, verbose_name="à faire")),
                ("essais", models.PositiveSmallIntegerField(default=0, verbose_name="essais")),
                ("prochain_essai", models.DateTimeField(default=django.utils.timezone.now, verbose_name="prochain essai")),
                ("bail_jusqu_a", models.DateTimeField(blank=True, null=True, verbose_name="bail jusqu'à")),
                ("battement", models.DateTimeField(blank=True, null=True, verbose_name="dernier battement")),
                ("jeton", models.UUIDField(blank=True, null=True, verbose_name="jeton du bail")),
                ("fichier", models.FileField(blank=True, max_length=200, upload_to=accounts.models.travail.random_key, verbose_name="fichier")),
                ("nom_fichier", models.CharField(blank=True, max_length=200, verbose_name="nom du fichier")),
                ("type_mime", models.CharField(blank=True, max_length=120, verbose_name="type du fichier")),
                ("erreur", models.CharField(blank=True, max_length=500, verbose_name="message d'échec")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="demandé le")),
                ("termine_le", models.DateTimeField(blank=True, null=True, verbose_name="terminé le")),
                ("expire_le", models.DateTimeField(blank=True, null=True, verbose_name="expire le")),
            ],
            options={
                "verbose_name": "travail",
                "verbose_name_plural": "travaux",
                "ordering": ["-pk"],
                "base_manager_name": "tous",
                "default_manager_name": "tous",
            },
            managers=[
                ("tous", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "is_staff",
                    models.BooleanField(default=False, help_text="Designates whether the user can log into this admin site.", verbose_name="staff status"),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                ("date_joined", models.DateTimeField(default=django.utils.timezone.now, verbose_name="date joined")),
                (
                    "username",
                    models.CharField(
                        help_text="De 3 à 150 caractères : lettres latines, chiffres et « . - _ @ + ».",
                        max_length=150,
                        validators=[accounts.rules.identity.validate_login],
                        verbose_name="nom d'utilisateur",
                    ),
                ),
                (
                    "username_cle",
                    models.CharField(editable=False, error_messages={"unique": "Ce nom d'utilisateur est déjà pris."}, max_length=300, unique=True),
                ),
                ("email", models.EmailField(max_length=254, verbose_name="adresse électronique")),
                (
                    "email_cle",
                    models.CharField(editable=False, error_messages={"unique": "Cette adresse électronique est déjà utilisée."}, max_length=600, unique=True),
                ),
                ("first_name", models.CharField(max_length=150, verbose_name="prénom")),
                ("last_name", models.CharField(max_length=150, verbose_name="nom")),
                ("fonction", models.CharField(blank=True, max_length=150, verbose_name="fonction")),
                ("telephone", models.CharField(blank=True, max_length=30, verbose_name="téléphone")),
                (
                    "profil",
                    models.CharField(
                        choices=[("responsable", "Responsable"), ("contributeur", "Contributeur"), ("agence", "Agence")],
                        default="contributeur",
                        max_length=20,
                        verbose_name="profil",
                    ),
                ),
                ("peut_creer_comptes", models.BooleanField(default=False, verbose_name="peut créer des comptes")),
                ("peut_creer_produits", models.BooleanField(default=False, verbose_name="peut créer des produits")),
                ("peut_valider", models.BooleanField(default=False, verbose_name="peut valider")),
                ("acces_strategie", models.BooleanField(default=False, verbose_name="a accès à la stratégie globale")),
                (
                    "gestionnaire",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comptes_rattaches",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="gestionnaire",
                    ),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "compte",
                "ordering": ["last_name", "first_name", "pk"],
            },
            bases=(guardian.mixins.GuardianUserMixin, models.Model),
        ),
        migrations.CreateModel(
            name="AcceptationCgu",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="acceptée le")),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="acceptations_cgu", to=settings.AUTH_USER_MODEL)),
                ("cgu", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="acceptations", to="accounts.cgu")),
            ],
            options={
                "verbose_name": "acceptation des CGU",
                "verbose_name_plural": "acceptations des CGU",
            },
        ),
        migrations.CreateModel(
            name="Courriel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("destinataire", models.EmailField(max_length=254, verbose_name="destinataire")),
                ("sujet", models.CharField(max_length=250, verbose_name="objet")),
                ("texte", models.TextField(verbose_name="texte")),
                ("html", models.TextField(blank=True, verbose_name="texte mis en forme")),
                ("confidentiel", models.BooleanField(default=False, verbose_name="confidentiel")),
                ("dedupe_key", models.CharField(max_length=200, unique=True, verbose_name="clé d'unicité")),
                (
                    "etat",
                    models.CharField(
                        choices=[("a_envoyer", "À envoyer"), ("envoye", "Envoyé"), ("echec", "Échec")], default="a_envoyer", max_length=20, verbose_name="état"
                    ),
                ),
                ("essais", models.PositiveSmallIntegerField(default=0, verbose_name="essais")),
                ("prochain_essai", models.DateTimeField(default=django.utils.timezone.now, verbose_name="prochain essai")),
                ("erreur", models.CharField(blank=True, max_length=200, verbose_name="dernière erreur")),
                ("envoye_le", models.DateTimeField(blank=True, null=True, verbose_name="envoyé le")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "courriel",
                "ordering": ["-pk"],
                "indexes": [models.Index(condition=models.Q(("etat", "a_envoyer")), fields=["prochain_essai"], name="courriel_a_envoyer")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("envoye_le__isnull", False), ("etat", "envoye")),
                            models.Q(models.Q(("etat", "envoye"), _negated=True), ("envoye_le__isnull", True)),
                            _connector="OR",
                        ),
                        name="courriel_envoye_a_une_date",
                        violation_error_message="Un courriel envoyé a une date d'envoi.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PersonneJournal",
            fields=[
                (
                    "entree",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name="personne", serialize=False, to="accounts.entreejournal"
                    ),
                ),
                ("compte", models.BigIntegerField(blank=True, db_index=True, null=True, verbose_name="compte")),
                ("nom", models.CharField(blank=True, max_length=302, verbose_name="nom")),
                ("login", models.CharField(blank=True, max_length=150, verbose_name="nom d'utilisateur")),
                ("adresse", models.CharField(blank=True, max_length=64, verbose_name="adresse")),
                ("sel", models.CharField(max_length=32, verbose_name="sel")),
            ],
            options={
                "verbose_name": "personne citée par le journal",
                "verbose_name_plural": "personnes citées par le journal",
            },
        ),
        migrations.AddIndex(
            model_name="entreejournal",
            index=models.Index(fields=["entreprise", "-sequence"], name="accounts_en_entrepr_cdd5da_idx"),
        ),
        migrations.AddIndex(
            model_name="entreejournal",
            index=models.Index(fields=["target_type", "target_id", "-sequence"], name="accounts_en_target__01ced3_idx"),
        ),
        migrations.AddField(
            model_name="user",
            name="entreprise",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="comptes", to="accounts.entreprise", verbose_name="entreprise"
            ),
        ),
        migrations.AddConstraint(
            model_name="journaltete",
            constraint=models.CheckConstraint(
                condition=models.Q(("id", 1)), name="une_seule_tete_de_journal", violation_error_message="Le journal n'a qu'une tête."
            ),
        ),
        migrations.AddField(
            model_name="notification",
            name="destinataire",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="notifications", to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name="notification",
            name="emetteur",
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name="travail",
            name="demandeur",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="travaux", to=settings.AUTH_USER_MODEL, verbose_name="demandeur"),
        ),
        migrations.AddField(
            model_name="travail",
            name="entreprise",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.entreprise", verbose_name="entreprise"),
        ),
        migrations.AddConstraint(
            model_name="acceptationcgu",
            constraint=models.UniqueConstraint(fields=("user", "cgu"), name="une_acceptation_par_version"),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("entreprise__isnull", True), ("profil", "agence")),
                    models.Q(("entreprise__isnull", False), models.Q(("profil", "agence"), _negated=True)),
                    _connector="OR",
                ),
                name="compte_agence_ou_entreprise",
                violation_error_message="Un compte est celui d'une entreprise, ou celui de l'agence.",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("is_staff", False), ("is_superuser", False)), ("profil", "agence"), _connector="OR"),
                name="compte_gestion_reservee_a_l_agence",
                violation_error_message="Le site de gestion est réservé à l'agence.",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("gestionnaire__isnull", True), models.Q(("gestionnaire", models.F("id")), _negated=True), _connector="OR"),
                name="compte_n_est_pas_son_gestionnaire",
                violation_error_message="Un compte n'est pas son propre gestionnaire.",
            ),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(fields=["destinataire", "-recue_le"], name="accounts_no_destina_a3b48d_idx"),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(condition=models.Q(("lue_le__isnull", True)), fields=["destinataire"], name="notification_non_lue"),
        ),
        migrations.AddIndex(
            model_name="travail",
            index=models.Index(condition=models.Q(("etat__in", ("en_attente", "en_cours"))), fields=["prochain_essai"], name="travail_ouvert"),
        ),
        migrations.AddConstraint(
            model_name="travail",
            constraint=models.UniqueConstraint(
                condition=models.Q(("etat__in", ("en_attente", "en_cours"))), fields=("demandeur", "cle"), name="un_travail_ouvert_par_cle"
            ),
        ),
        migrations.AddConstraint(
            model_name="travail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("bail_jusqu_a__isnull", False), ("etat", "en_cours"), ("jeton__isnull", False)),
                    models.Q(models.Q(("etat", "en_cours"), _negated=True), ("bail_jusqu_a__isnull", True), ("jeton__isnull", True)),
                    _connector="OR",
                ),
                name="travail_en_cours_a_un_bail",
                violation_error_message="Un travail en cours a un bail.",
            ),
        ),
        migrations.AddConstraint(
            model_name="travail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("etat__in", ("en_attente", "en_cours")), ("termine_le__isnull", True)),
                    models.Q(models.Q(("etat__in", ("en_attente", "en_cours")), _negated=True), ("termine_le__isnull", False)),
                    _connector="OR",
                ),
                name="travail_fini_a_une_date",
                violation_error_message="Un travail fini a une date de fin.",
            ),
        ),
    ]
