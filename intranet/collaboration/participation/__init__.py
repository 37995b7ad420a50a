"""The page of participation: questions, ideas, polls and events together."""
