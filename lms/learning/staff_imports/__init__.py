"""People of an agency from a spreadsheet: read, checked, corrected, taken over."""
