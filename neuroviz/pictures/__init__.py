"""What is shown, declared once for screen and paper: marks made from a frame; no Qt."""
