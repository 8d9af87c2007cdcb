"""The methods that the shipped learner is measured against, one small file each. `methods` lists them."""
