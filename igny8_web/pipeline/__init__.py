"""The work: stages, the runs that drive them, and what a person may see of it."""
