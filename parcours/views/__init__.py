"""The screens of the dashboard, the parcours and the answers, one file per family."""
