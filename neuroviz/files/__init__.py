"""What comes from and goes to disk: the one atomic writer, tables and figures.

Never Qt, never torch.
"""
