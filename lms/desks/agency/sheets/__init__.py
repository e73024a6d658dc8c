"""The import of people from a spreadsheet, page by page."""
