"""The screens of the catalogue, one file per family."""
