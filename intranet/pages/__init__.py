"""Pages across all packages: home, help and the programming interface."""
