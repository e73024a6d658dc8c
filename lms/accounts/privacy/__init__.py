"""What people agree to, and what they ask to have corrected."""
