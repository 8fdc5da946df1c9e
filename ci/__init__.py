"""What continuous integration and the tests need around the product: pinned tools and a cluster."""
