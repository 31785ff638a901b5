-- Le rôle de l'application : il lit et écrit les données, mais ne possède aucune table et ne fait qu'ajouter au journal (TR-3).
-- À jouer après chaque migration, par le propriétaire des tables, avec CONVERGENCE_DB_PASSWORD dans l'environnement :
--     psql -v ON_ERROR_STOP=1 -d convergence -f deploy/postgres-roles.sql
\getenv mot_de_passe CONVERGENCE_DB_PASSWORD

SELECT 'CREATE ROLE convergence LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS'
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'convergence') \gexec
ALTER ROLE convergence PASSWORD :'mot_de_passe';
ALTER ROLE convergence SET search_path = public;

BEGIN;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO convergence;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO convergence;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO convergence;

-- Le journal : on ajoute, on relit. Les données personnelles qu'il cite peuvent être effacées, jamais réécrites (TR-6).
REVOKE ALL ON accounts_entreejournal, accounts_personnejournal FROM convergence;
GRANT SELECT, INSERT ON accounts_entreejournal TO convergence;
GRANT SELECT, INSERT, DELETE ON accounts_personnejournal TO convergence;

-- Les migrations appartiennent au propriétaire.
REVOKE ALL ON django_migrations FROM convergence;
GRANT SELECT ON django_migrations TO convergence;
COMMIT;
