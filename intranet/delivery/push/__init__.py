"""Web push: send notifications to devices over the push service of their browser."""
