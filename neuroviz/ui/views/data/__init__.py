"""The contents of the data view, one file for each number of inputs."""
