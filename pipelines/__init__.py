"""What a person runs: the file is the command."""
