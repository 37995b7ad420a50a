"""What is done to the organisation, one transaction each, by its administrators."""
