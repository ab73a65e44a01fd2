"""What follows from the claims taken together: who differs from whom, how many are independent, what was known when."""
