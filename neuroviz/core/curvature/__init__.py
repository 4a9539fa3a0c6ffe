"""What the curvature of the loss tells about learning rates."""
