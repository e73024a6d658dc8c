"""What markers and learners read: the queue, one answer, the preview of a regrade."""
