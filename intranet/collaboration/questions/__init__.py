"""Questions to people who may know, their answers, and answers confirmed as dated criteria."""
