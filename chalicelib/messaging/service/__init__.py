"""What can be done in a conversation, a verb or two to a file."""
