"""Django's PostgreSQL, with a check of the connections that costs nothing while they are well (``base``)."""
