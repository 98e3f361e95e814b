"""The five-stage trainer; the only package that knows torch; importing it does no work."""
