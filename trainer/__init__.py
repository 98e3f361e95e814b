"""Five training stages on DeepSpeed; the only package that knows torch."""
