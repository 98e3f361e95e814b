"""fastText classifiers trained here: texts in, a model with its held-out figures out."""
