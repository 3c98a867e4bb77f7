"""The AI behind the stages: text and images, each provider in a room of its own."""
