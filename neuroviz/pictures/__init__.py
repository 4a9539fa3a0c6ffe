"""What is seen, declared once for screen and paper: marks from a frame. Knows no Qt."""
