"""Open Badges 3.0 credentials: their structure, their two signed forms, their status. No records."""
