"""What the app stands on: the processes of `make run` and the embedded Redis. No Flask here."""
