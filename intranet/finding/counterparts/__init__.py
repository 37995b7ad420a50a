"""Find the people who do the same work in other agencies, and say why they were found."""
