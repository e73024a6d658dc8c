"""What trainers see of the attempts in their courses, and what they may decide about one."""
