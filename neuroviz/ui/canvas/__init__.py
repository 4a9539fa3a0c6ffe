"""What every view stands on; the pen for the screen."""
