"""Who does my job elsewhere, and why."""
