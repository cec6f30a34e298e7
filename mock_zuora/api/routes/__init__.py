"""The path operations of the emulated API, one module per resource."""
