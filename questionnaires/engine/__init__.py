"""The pure engine: frozen definitions and answers in, frozen results out (ARCHITECTURE §2).

No Django, no database, no clock, no randomness: everything the platform shows is a pure function of these modules.
"""
