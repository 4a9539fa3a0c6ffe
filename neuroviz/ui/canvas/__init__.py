"""What every view is built on; the pen for the screen."""
