"""From messages to the things we talk about: threads, turns, conversations."""
