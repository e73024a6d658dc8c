"""What other people's software reads: keys, credentials, achievements, status lists."""
