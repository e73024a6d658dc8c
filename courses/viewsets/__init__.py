"""The trainer's own pages in the admin: questions, quizzes, staff, releases, shared texts."""
