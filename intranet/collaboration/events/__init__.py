"""Events: when and where they take place, how they repeat, who attends, and calendar feeds."""
