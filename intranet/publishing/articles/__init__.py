"""Articles: texts of a blog that people follow, some of them approved before they appear."""
