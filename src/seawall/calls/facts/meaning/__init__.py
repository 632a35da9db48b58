"""What expressions mean: abstract interpretation on demand, with every result kept."""
