"""Batch runs, as a user starts them: real processes, real kills, real disks."""
