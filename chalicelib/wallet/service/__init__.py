"""What can be done with credits."""
