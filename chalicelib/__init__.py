"""Pairly: the features, each in a folder of its own, over one core."""
