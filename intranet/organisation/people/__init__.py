"""People, their appointments to posts, their absences and stand-ins."""
