"""Questions of learners to the trainers of their course."""
