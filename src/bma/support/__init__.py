"""What is known of one box, for whoever has its holder on the phone; and the end of what is known of people."""
