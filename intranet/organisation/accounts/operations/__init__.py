"""What people and administrators do to accounts and sign-ins, one transaction each."""
