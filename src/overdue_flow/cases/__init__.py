"""What is true about one loan: what happened to it, and what follows from that. Knows nothing of policies."""
