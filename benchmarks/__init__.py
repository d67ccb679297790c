"""How fast the endpoint is beside others, on generated publications. Run by ``python -m benchmarks``."""
