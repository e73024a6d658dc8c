"""What is made to measure for one learner: a later deadline, an item let off, an attempt reopened."""
