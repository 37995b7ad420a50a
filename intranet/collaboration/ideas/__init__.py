"""Ideas boxes: ideas, their supporters, and the answer that a post owes within a term."""
