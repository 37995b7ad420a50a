"""What people do about what should not stand: report, decide, appeal, name who moderates."""
