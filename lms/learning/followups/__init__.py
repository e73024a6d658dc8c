"""After the course: plans, what was applied, boosters."""
