"""Everything one may see, found from one page."""
