"""What can be asked and done between two members, a few verbs to a file."""
