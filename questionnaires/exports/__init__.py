"""Files made from results: a workbook and a PDF, both told from the same report (QST-8)."""
