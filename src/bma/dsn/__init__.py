"""What has become of the mails that left: reports of delivery, what the old server has, and who was not reached."""
