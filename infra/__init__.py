"""What runs Pairly: the packager, the local stack, and the inventory both work from."""
