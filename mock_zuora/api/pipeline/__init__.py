"""What every operation checks before its handler runs, in the documented order."""
