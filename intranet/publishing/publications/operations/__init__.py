"""What people do with publications: write, publish, correct, withdraw, confirm."""
