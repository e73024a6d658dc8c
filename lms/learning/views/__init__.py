"""Views of enrolment, lessons and guarded files."""
