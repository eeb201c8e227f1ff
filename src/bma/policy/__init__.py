"""What the ministry promises about every box, as a file that is checked before anything is done."""
