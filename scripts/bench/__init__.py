"""The measures of ``make bench``: our pages and saves beside their floors, in one run (``docs/PERFORMANCE.md``)."""
