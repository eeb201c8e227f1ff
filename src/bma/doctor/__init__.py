"""What a site is really like, against what the toolkit takes it to be: looked at, never touched."""
