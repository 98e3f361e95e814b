"""Facts to examples and tasks: facts -> program -> gold -> question, no language model needed."""
