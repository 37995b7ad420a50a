"""Sign-in and provisioning by what an agency already has: its provider, its directory."""
