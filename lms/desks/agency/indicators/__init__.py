"""What an agency counts itself, quarter by quarter, beside how many of its people are trained."""
