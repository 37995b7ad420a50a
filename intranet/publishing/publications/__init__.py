"""What is meant to stay findable: written in a post's name, addressed, published, confirmed."""
