"""Groups, initiatives, questions, ideas, polls and events."""
