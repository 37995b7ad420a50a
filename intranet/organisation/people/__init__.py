"""People, the appointments by which they hold posts, and who stands in while they are away."""
