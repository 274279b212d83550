"""What can be done with a profile."""
