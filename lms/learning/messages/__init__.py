"""What trainers write to the people of a cohort."""
