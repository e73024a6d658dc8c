"""Reading the audit trail, for administrators."""
