"""Check the product from its rules to its doors."""
