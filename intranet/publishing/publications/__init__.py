"""Publications: written in a post's name, addressed, published, confirmed and kept findable."""
