"""How people sign in, and which person a door is dealing with."""
