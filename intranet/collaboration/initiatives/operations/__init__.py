"""What people do with initiatives: describe them, move them on, say that they use one."""
