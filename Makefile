# Commandes du projet ; « make help » les résume.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run test quality bench lock clean

help: ## Affiche cette aide
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "  %-14s %s\n", $$1, $$2 }'

run: ## Installe, prépare et démarre le site avec sa démonstration (PORT=8000)
	@scripts/installer site
	@exec .venv/bin/python scripts/serveur.py

test: ## Installe, vérifie la qualité puis passe toute la suite, comme l'intégration continue
	@scripts/installer tests
	@scripts/tester

quality: ## Vérifie le style, les dépendances entre modules, les migrations et les réglages
	@scripts/installer outils
	@.venv/bin/python scripts/qualite.py

bench: ## Mesure les pages et les enregistrements à côté de leurs planchers
	@scripts/installer outils
	@.venv/bin/python scripts/bench.py

lock: ## Recalcule les verrous de dépendances (UPGRADE=--upgrade pour monter les versions)
	@scripts/installer uv
	.outils/bin/uv pip compile pyproject.toml --extra s3 --universal --python-version 3.11 --generate-hashes --no-header --quiet $(UPGRADE) -o requirements/prod.txt
	.outils/bin/uv pip compile pyproject.toml --extra s3 --group dev --universal --python-version 3.11 --generate-hashes --no-header --quiet $(UPGRADE) -c requirements/prod.txt -o requirements/dev.txt

clean: ## Efface ce qui a été installé et les données locales
	rm -rf .venv .outils var .pytest_cache .ruff_cache .hypothesis .import_linter_cache
