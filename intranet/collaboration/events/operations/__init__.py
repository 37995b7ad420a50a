"""What people do with events: plan and change them, cancel, answer, write down what was said."""
