"""Forms of the trainer's side: pages, questions, quizzes, staff, uploads."""
