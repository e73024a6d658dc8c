"""What is measured, and how; never run as tests."""
