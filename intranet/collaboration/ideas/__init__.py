"""Ideas boxes: who proposes and supports what, and the answer that a post owes within a term."""
