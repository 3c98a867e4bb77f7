"""What people can do: verbs, each with a transaction of its own."""
