"""What the endpoint remembers: recipients, configuration objects, sizes, filters and their store."""
