"""What people do with the open web: propose, approve, take off, pause, describe."""
