"""The first page: what waits for this person, then their unit and the people around them."""
