"""What a campaign is, and every rule about it."""
