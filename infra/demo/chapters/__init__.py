"""The chapters of the story, told in the order of `story.CHAPTERS`."""
