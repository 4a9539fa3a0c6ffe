"""What the curvature of the loss says of learning rates."""
